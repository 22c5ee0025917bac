import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { TrialState } from '../../trial/frozen-trial.ts';
import { allows, type Conditions, conditionsOf } from './condition.ts';

const optimizer = categorical(['adam', 'sgd', 'lion']);
const unit = float(0, 1);
const trial = (params: Readonly<Record<string, ParamValue>>, state: TrialState = 'COMPLETE') =>
  frozenTrial(0, { params, state });
const found = (conditions: Conditions) => Object.fromEntries(conditions);
const NONE = new Set<string>();

describe('the conditions of declared parameters', () => {
  const space = new Map<string, Distribution>([
    ['optimizer', optimizer],
    ['optimizer.adam.beta', unit],
    ['optimizer.adam', unit],
    ['optimizer.rmsprop.beta', unit],
    ['loss.kind', categorical(['a.b', 'a'])],
    ['loss.kind.a.b.x', unit],
    ['loss.kind.a.y', unit],
  ]);

  it('follow from the names of branches', () => {
    expect(found(conditionsOf(space, space, []))).toEqual({
      'optimizer.adam.beta': { parent: 'optimizer', when: { choices: [0] } },
      'loss.kind.a.b.x': { parent: 'loss.kind', when: { choices: [0] } },
      'loss.kind.a.y': { parent: 'loss.kind', when: { choices: [1] } },
    });
  });

  it('do not hold against a trial, so that a name alone makes none', () => {
    const plain = [trial({ optimizer: 'sgd', 'optimizer.adam.beta': 0.5 })];
    expect(Object.keys(found(conditionsOf(space, space, plain)))).not.toContain('optimizer.adam.beta');
    const variants = [trial({ optimizer: 'sgd' }), trial({ optimizer: 'adam', 'optimizer.adam.beta': 0.5 })];
    expect(Object.keys(found(conditionsOf(space, space, variants)))).toContain('optimizer.adam.beta');
  });

  it('are not learnt: an earlier trial may lack a parameter that was added since', () => {
    const added = new Map([
      ['optimizer', optimizer],
      ['new', unit],
    ] as [string, Distribution][]);
    const trials = [trial({ optimizer: 'sgd' }), trial({ optimizer: 'adam', new: 1 })];
    expect(found(conditionsOf(added, added, trials))).toEqual({});
    expect(found(conditionsOf(added, NONE, trials))).toEqual({ new: { parent: 'optimizer', when: { choices: [0] } } });
  });
});

describe('the conditions of parameters that objectives ask for', () => {
  const layers = int(1, 4);
  const space = new Map<string, Distribution>([
    ['layers', layers],
    ['kind', categorical(['a', 'b', 'c'])],
    ['units1', int(1, 64)],
    ['units2', int(1, 64)],
    ['units3', int(1, 64)],
    ['rate', unit],
    ['deep', unit],
  ]);
  const units = (count: number) =>
    Object.fromEntries([1, 2, 3].filter((at) => at <= count).map((at) => [`units${at}`, at]));

  it('are choices, and thresholds of whole numbers', () => {
    const trials = [
      trial({ layers: 1, kind: 'a', ...units(1), rate: 0.1 }),
      trial({ layers: 2, kind: 'b', ...units(2), rate: 0.1 }),
      trial({ layers: 3, kind: 'c', ...units(3) }),
      trial({ layers: 1, kind: 'b', ...units(1), rate: 0.3 }),
      trial({ layers: 3, kind: 'a', ...units(3), rate: 0.3 }),
    ];
    expect(found(conditionsOf(space, NONE, trials))).toEqual({
      units2: { parent: 'layers', when: { from: 1.5, to: Infinity } },
      units3: { parent: 'layers', when: { from: 2.5, to: Infinity } },
      rate: { parent: 'kind', when: { choices: [0, 1] } },
    });
  });

  it('are none where all trials have the parameter, where nothing tells them apart, or the trial was pruned', () => {
    const trials = [
      trial({ layers: 1, kind: 'a', rate: 0.1 }),
      trial({ layers: 2, kind: 'b', rate: 0.1, deep: 0.5 }),
      trial({ layers: 2, kind: 'b', rate: 0.1 }),
      trial({ layers: 3, kind: 'c' }, 'PRUNED'),
    ];
    expect(found(conditionsOf(space, NONE, trials))).toEqual({});
  });

  it('have no circle: of two parameters that come together, neither depends on the other', () => {
    const both = new Map<string, Distribution>([
      ['x', categorical(['p', 'q'])],
      ['y', categorical(['r', 's'])],
      ['kind', categorical(['a', 'b'])],
    ]);
    const trials = [trial({ kind: 'a' }), trial({ kind: 'b', x: 'p', y: 'r' }), trial({ kind: 'b', x: 'q', y: 's' })];
    expect(found(conditionsOf(both, NONE, trials))).toEqual({
      x: { parent: 'kind', when: { choices: [1] } },
      y: { parent: 'kind', when: { choices: [1] } },
    });
  });
});

it('a condition allows its choices, or the numbers of its interval', () => {
  expect([0, 1, 2].filter((index) => allows({ parent: 'p', when: { choices: [0, 2] } }, index))).toEqual([0, 2]);
  expect([1, 2, 3].filter((value) => allows({ parent: 'p', when: { from: 1.5, to: 2.5 } }, value))).toEqual([2]);
});
