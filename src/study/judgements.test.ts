import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import type { Attributes } from '../trial/frozen-trial.ts';
import { isJudgedHopeless, judgementAttrs, undoneJudgements } from './judgements.ts';

/** The system attributes after these judgements, each of them after the report of its step. */
function judged(judgements: readonly (readonly [step: number, attrs: Attributes])[]): Attributes {
  let systemAttrs: Attributes = { other: 'stays' };
  const reports = new Map<number, number>();
  for (const [step, attrs] of judgements) {
    if (step >= 0) reports.set(step, 0);
    const trial = frozenTrial(0, { state: 'RUNNING', intermediateValues: new Map(reports), systemAttrs });
    systemAttrs = { ...systemAttrs, ...judgementAttrs(trial, { prune: false, attrs }) };
  }
  return systemAttrs;
}

/** The attributes that are left, ours aside, after reports were dropped. */
function left(systemAttrs: Attributes, keepTo: number | null): Attributes {
  const after = { ...systemAttrs, ...undoneJudgements({ systemAttrs }, keepTo) };
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => value !== null && !key.startsWith('hpo:')));
}

const JUDGEMENTS = [
  [-1, { waited: -1 }],
  [1, { waited: 0, rung: 'first' }],
  [2, { waited: 1 }],
  [2, { again: true }],
  [200, { waited: 2, late: true }],
] as const;

it.each([
  [null, { other: 'stays' }],
  [0, { other: 'stays', waited: -1 }],
  [1, { other: 'stays', waited: 0, rung: 'first' }],
  [199, { other: 'stays', waited: 1, rung: 'first', again: true }],
  [200, { other: 'stays', waited: 2, rung: 'first', again: true, late: true }],
])(
  'the attributes of a pruner are those of the reports up to step %j, when later ones are dropped',
  (keepTo, expected) => {
    expect(left(judged(JUDGEMENTS), keepTo)).toEqual(expected);
  },
);

it('the next attempt goes on from what is left', () => {
  const systemAttrs = judged(JUDGEMENTS);
  const after = { ...systemAttrs, ...undoneJudgements({ systemAttrs }, 1) };
  const kept = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null));
  const trial = frozenTrial(0, { intermediateValues: new Map([[3, 0]]), systemAttrs: kept });
  const again = { ...kept, ...judgementAttrs(trial, { prune: false, attrs: { waited: 9 } }) };
  expect(left(again, 3)).toEqual({ other: 'stays', waited: 9, rung: 'first' });
  expect(left(again, 2)).toEqual({ other: 'stays', waited: 0, rung: 'first' });
});

it('of a trial whose pruner has stored none, nothing changes', () => {
  expect(undoneJudgements({ systemAttrs: { 'hpo:judged:0': 'of another program', other: 1 } }, null)).toEqual({});
});

it('a trial that was judged hopeless stays so until it reports again, or its reports are dropped', () => {
  const reported = (steps: readonly number[], systemAttrs: Attributes = {}) =>
    frozenTrial(0, { state: 'RUNNING', intermediateValues: new Map(steps.map((step) => [step, 0])), systemAttrs });
  const judgement = { prune: true, attrs: { rung: 1 } };
  const systemAttrs = judgementAttrs(reported([1, 2]), judgement);
  expect(isJudgedHopeless(reported([1, 2]))).toBe(false);
  expect(isJudgedHopeless(reported([1, 2], systemAttrs))).toBe(true);
  const again = judgementAttrs(reported([1, 2], systemAttrs), { prune: false, attrs: { waited: 1 } });
  expect(isJudgedHopeless(reported([1, 2], again))).toBe(true);
  expect(isJudgedHopeless(reported([1, 2, 3], systemAttrs))).toBe(false);
  const undone = { ...systemAttrs, ...undoneJudgements({ systemAttrs }, 1) };
  expect(isJudgedHopeless(reported([1, 2], undone))).toBe(false);
});
