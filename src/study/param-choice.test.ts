import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { random } from '../sampler/index.ts';
import { isLater } from '../sampler/is-later.ts';
import type { Sampler, StartingTrial } from '../sampler/sampler.ts';
import { CategoricalDistribution } from '../space/categorical-distribution.ts';
import type { ParamValue } from '../space/distribution.ts';
import { IntDistribution } from '../space/int-distribution.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { ParamChoice } from './param-choice.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';

const units = new IntDistribution(1, 9);
const nothing = historyOf([]);

/** A sampler that draws `drawn` at the start, and chooses 8 for every other parameter; it notes the trials it sees. */
function sampler(drawn: FlatParams = {}, alone: ParamValue | Promise<ParamValue> = 8) {
  const seen: (readonly [name: string, params: FlatParams])[] = [];
  const see = (name: string, { params }: StartingTrial) => void seen.push([name, params]);
  const made: Sampler = {
    name: 'eights',
    start(_, trial) {
      see('start', trial);
      return { params: new Map(Object.entries(drawn)) };
    },
    sample(_, trial, name) {
      see(name, trial);
      return alone;
    },
  };
  return { seen, sampler: made };
}

const start = (made: Sampler, trial: Partial<FrozenTrial> = {}, history = nothing) =>
  ParamChoice.start({ sampler: made, seed: 1 }, history, frozenTrial(0, { state: 'RUNNING', ...trial }));

describe('the value of a parameter', () => {
  const enqueued = { systemAttrs: { [FIXED_PARAMS_KEY]: { x: 3, y: 3 } } };

  it('is the one that the trial has, then the enqueued one, then the drawn one, then one chosen alone', async () => {
    const choice = await start(sampler({ x: 5, y: 5, z: 5 }).sampler, { params: { x: 2 }, ...enqueued });
    expect(['x', 'y', 'z', 'w'].map((name) => choice.choose(nothing, name, units))).toEqual([2, 3, 5, 8]);
  });

  it('is not one that its distribution does not contain', async () => {
    const choice = await start(sampler({ x: 5, y: 5 }).sampler, { params: { x: 2 }, ...enqueued });
    expect(choice.choose(nothing, 'x', new IntDistribution(4, 9))).toBe(5);
    expect(choice.choose(nothing, 'y', new IntDistribution(7, 9))).toBe(8);
  });

  it('is the only possible one, for which no sampler is asked', async () => {
    const { seen, sampler: made } = sampler();
    const choice = await start(made);
    expect(choice.choose(nothing, 'x', new IntDistribution(6, 6))).toBe(6);
    expect(seen).toEqual([['start', {}]]);
  });

  it('stays once it is chosen', async () => {
    const choice = await start(random());
    const wide = new IntDistribution(0, 1e9);
    const [first, , again] = ['x', 'y', 'x'].map((name) => choice.choose(nothing, name, wide));
    expect(again).toBe(first);
  });
});

describe('a sampler', () => {
  it('sees the values that the trial has, those chosen alone included', async () => {
    const { seen, sampler: made } = sampler({ y: 5 });
    const choice = await start(made, { params: { x: 2 } });
    for (const name of ['y', 'z', 'w']) choice.choose(nothing, name, units);
    expect(seen).toEqual([
      ['start', { x: 2 }],
      ['z', { x: 2, y: 5 }],
      ['w', { x: 2, y: 5, z: 8 }],
    ]);
  });

  it('sees those enqueued values that the declared space can take, and those that it does not declare', async () => {
    const { seen, sampler: made } = sampler();
    const systemAttrs = { [FIXED_PARAMS_KEY]: { x: 3, y: 30, z: 'free' } };
    const space = new Map([
      ['x', units],
      ['y', units],
    ]);
    await start(made, { systemAttrs }, historyOf([], { space }));
    expect(seen).toEqual([['start', { x: 3, z: 'free' }]]);
  });

  it('may choose later; the value counts once it is there', async () => {
    const { seen, sampler: made } = sampler({}, Promise.resolve(7));
    const choice = await start(made);
    const x = choice.choose(nothing, 'x', units);
    expect(isLater(x)).toBe(true);
    expect(await x).toBe(7);
    expect(choice.choose(nothing, 'x', units)).toBe(7);
    await choice.choose(nothing, 'y', units);
    expect(seen.at(-1)).toEqual(['y', { x: 7 }]);
  });

  it('draws by the seed of the study and the number of the trial', async () => {
    const wide = new IntDistribution(0, 1e9);
    const chosen = async (seed: number, number: number) => {
      const choice = await ParamChoice.start({ sampler: random(), seed }, nothing, frozenTrial(number));
      return choice.choose(nothing, 'x', wide);
    };
    expect(await chosen(1, 0)).toBe(await chosen(1, 0));
    expect(new Set([await chosen(1, 0), await chosen(2, 0), await chosen(1, 1)]).size).toBe(3);
  });
});

it('chooses lists, which Python may store as choices, without a promise', async () => {
  const layers = [
    [32, 64],
    [128, 256],
  ];
  const stored = new CategoricalDistribution(layers as never[], 'stored');
  const choice = await start(random());
  const value = choice.choose(nothing, 'layers', stored);
  expect(isLater(value)).toBe(false);
  expect(layers).toContainEqual(value);
});
