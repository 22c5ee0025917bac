import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { RungValues } from '../history/rung-values.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { hyperband, patient, successiveHalving } from './index.ts';

const running = (number: number, reports: readonly (readonly [number, number])[], fields: Partial<FrozenTrial> = {}) =>
  frozenTrial(number, { state: 'RUNNING', intermediateValues: new Map(reports), ...fields });

describe('successiveHalving()', () => {
  it('keeps the value at each rung, several at once where a report jumps over them', () => {
    const trial = running(0, [[4, 0.5]]);
    const pruner = successiveHalving({ minResource: 1, reductionFactor: 2 });
    const attrs = { completed_rung_0: 0.5, completed_rung_1: 0.5, completed_rung_2: 0.5 };
    expect(pruner.judge(historyOf([trial]), trial)).toEqual({ prune: false, attrs });
    const later = running(0, [[7, 9]], { systemAttrs: attrs });
    expect(pruner.judge(historyOf([later]), later)).toBe(false); // between two rungs
  });

  it('prunes nothing before a complete trial has reported, where the resource is auto', () => {
    const trial = running(1, [[900, 9]]);
    const better = frozenTrial(0, { systemAttrs: { completed_rung_0: 1 } });
    const judge = (other: FrozenTrial) => successiveHalving().judge(historyOf([other, trial]), trial);
    expect(judge(better)).toBe(false);
    expect(judge(frozenTrial(0, { ...better, state: 'PRUNED', intermediateValues: new Map([[3, 1]]) }))).toBe(false);
    const hundreds = frozenTrial(0, { ...better, intermediateValues: new Map([[399, 1]]) });
    expect(judge(hundreds)).toEqual({ prune: true, attrs: { completed_rung_0: 9 } });
  });
});

it('the values at a rung are those that the trials have now', () => {
  const values = new RungValues();
  const at = (value: number) => ({ systemAttrs: { completed_rung_0: value, other: 1 } });
  for (const [number, value] of [3, 1, 2, 2].entries()) values.take(running(number, [], at(value)));
  expect(values.at(0)).toEqual([1, 2, 2, 3]);
  values.take(running(2, [], { systemAttrs: {}, state: 'WAITING' }));
  values.take(frozenTrial(1, at(1)));
  values.take(running(0, [], at(0)));
  expect(values.at(0)).toEqual([0, 1, 2]);
  values.take(frozenTrial(4, { systemAttrs: { completed_rung_0: 'text', completed_rung_1: Number.NaN } }));
  expect([values.at(0), values.at(1), values.at(2)]).toEqual([[0, 1, 2], [], []]);
});

describe('hyperband()', () => {
  const numbers = (pruner: ReturnType<typeof hyperband>, history: ReturnType<typeof historyOf>, number: number) =>
    pruner.peers?.(history, { number }).trials.map((trial) => trial.number);
  const trials = Array.from({ length: 40 }, (_, number) => frozenTrial(number));

  it('divides the trials, each into one bracket, by the name of the study', () => {
    const pruner = hyperband({ maxResource: 27 });
    const history = historyOf(trials);
    const brackets = new Set(trials.map(({ number }) => JSON.stringify(numbers(pruner, history, number))));
    expect(brackets.size).toBe(4);
    const all = [...brackets].flatMap((bracket) => JSON.parse(bracket) as number[]);
    expect(all.sort((a, b) => a - b)).toEqual(trials.map(({ number }) => number));
    expect(numbers(pruner, historyOf(trials, { name: 'other' }), 0)).not.toEqual(numbers(pruner, history, 0));
  });

  it('does not divide them before the largest step is known, and then by all trials, from within a bracket too', () => {
    const pruner = hyperband();
    const history = historyOf(trials);
    expect(numbers(pruner, history, 0)).toHaveLength(40);
    history.update([frozenTrial(40, { intermediateValues: new Map([[26, 1]]) })]);
    const bracket = pruner.peers?.(history, { number: 0 });
    expect(bracket?.trials.length).toBeLessThan(30);
    expect(bracket && pruner.peers?.(bracket, { number: 0 })).toBe(bracket);
    expect(numbers(pruner, history, 0)).toEqual(numbers(hyperband({ maxResource: 27 }), history, 0));
  });

  it('lends its brackets to patient()', () => {
    const [pruner, history] = [hyperband({ maxResource: 9 }), historyOf(trials)];
    expect(patient(pruner, 2).peers?.(history, { number: 3 })).toBe(pruner.peers?.(history, { number: 3 }));
    expect(patient(undefined, 2).peers).toBeUndefined();
    expect(patient(successiveHalving(), 2).peers).toBeUndefined();
  });
});
