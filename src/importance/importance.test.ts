import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { Rng } from '../base/rng.ts';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { fanova } from './fanova/fanova.ts';
import { importance } from './importance.ts';
import { pedAnova } from './ped-anova/ped-anova.ts';

const space = {
  choice: categorical(['a', null, true, 4]),
  layers: int(1, 5),
  rate: float(1e-4, 1, { log: true }),
  single: float(2, 2),
  units: int(16, 64, { step: 16 }),
} as const satisfies Readonly<Record<string, Distribution>>;

const params = fc.record({
  choice: fc.constantFrom(...space.choice.choices),
  layers: fc.integer({ min: 1, max: 5 }),
  rate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  single: fc.constant(2),
  units: fc.constantFrom(16, 32, 48, 64),
});
const value = fc.oneof(
  { weight: 10, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 }) },
  fc.constantFrom(Infinity, -Infinity),
);
const state = fc.constantFrom<TrialState>('COMPLETE', 'COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL');
const history = fc.array(fc.record({ params, value, state }), { maxLength: 25 }).map((drawn): FrozenTrial[] => [
  // Two trials that importance can always be measured from.
  frozenTrial(0, {
    values: [0],
    distributions: space,
    params: { choice: 'a', layers: 1, rate: 0.1, single: 2, units: 16 },
  }),
  frozenTrial(1, {
    values: [9],
    distributions: space,
    params: { choice: 4, layers: 4, rate: 0.5, single: 2, units: 64 },
  }),
  ...drawn.map(({ params, value, state }, at) =>
    frozenTrial(at + 2, { state, params, distributions: space, values: state === 'COMPLETE' ? [value] : null }),
  ),
]);

const directions = ['minimize'] as const;
const evaluators = { 'ped-anova': pedAnova(), fanova: fanova({ trees: 8 }) };

/** The same trials with every name changed, without a change in the order of the names. */
function renamed(trials: readonly FrozenTrial[]): FrozenTrial[] {
  const rename = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([name, each]) => [`model.${name}`, each]));
  return trials.map((trial) => ({
    ...trial,
    params: rename(trial.params),
    distributions: rename(trial.distributions),
  }));
}

describe.each(Object.entries(evaluators))('importance by %s', (_, evaluator) => {
  it('gives shares that add up to 1, the greatest first and equals by name, none to a single value', () => {
    fc.assert(
      fc.property(history, (trials) => {
        const found = [...importance({ directions, trials }, { evaluator })];
        expect(found.map(([name]) => name).sort()).toEqual(Object.keys(space));
        expect(found.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 12);
        for (const [at, [name, share]] of found.entries()) {
          const [next, lesser] = found[at + 1] ?? ['~', 0];
          expect(share).toBeGreaterThanOrEqual(lesser);
          if (share === lesser) expect(name < next).toBe(true);
        }
        const raw = importance({ directions, trials }, { evaluator, normalize: false });
        expect(raw.get('single')).toBe(0);
        for (const own of raw.values()) expect(own).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('depends neither on the order of the trials nor on the names', () => {
    fc.assert(
      fc.property(history, fc.nat(), (trials, seed) => {
        const order = new Rng(`${seed}`).permutation(trials.length);
        const shuffled = [...order].map((at) => trials[at] as FrozenTrial);
        const expected = importance({ directions, trials }, { evaluator });
        expect([...importance({ directions, trials: shuffled }, { evaluator })]).toEqual([...expected]);
        const others = importance({ directions, trials: renamed(trials) }, { evaluator });
        expect([...others]).toEqual([...expected].map(([name, share]) => [`model.${name}`, share]));
      }),
    );
  });

  it('turns with the direction', () => {
    fc.assert(
      fc.property(history, (trials) => {
        const turned = trials.map((trial) => ({ ...trial, values: trial.values && [-(trial.values[0] as number)] }));
        const expected = [...importance({ directions, trials }, { evaluator, normalize: false })];
        expect([...importance({ directions: ['maximize'], trials: turned }, { evaluator, normalize: false })]).toEqual(
          expected,
        );
        const target = ({ values }: FrozenTrial) => -(values?.[0] as number);
        expect([...importance({ directions, trials: turned }, { evaluator, target, normalize: false })]).toEqual(
          expected,
        );
      }),
    );
  });

  it('refuses fewer than two trials that count, and unknown parameters', () => {
    const trial = (number: number, value: number, state: TrialState = 'COMPLETE') =>
      frozenTrial(number, { state, values: [value], distributions: { x: float(0, 1) }, params: { x: number / 10 } });
    const says = (trials: readonly FrozenTrial[], params?: readonly string[]) => () =>
      importance({ directions, trials }, { evaluator, ...(params && { params }) });
    expect(says([])).toThrow('There is no complete trial with a finite value; importance takes at least two.');
    expect(says([trial(0, 1), trial(1, Infinity), trial(2, 3, 'PRUNED')])).toThrow('There is 1 complete trial with');
    expect(says([trial(0, 1), trial(1, 2)], ['x', 'y'])).toThrow("No complete trial has a parameter 'y'; there are x.");
    expect(says([trial(0, 1), trial(1, 2)], [])()).toEqual(new Map());
  });
});

it('calls all parameters equal where PED-ANOVA finds no difference', () => {
  const trials = [0, 1, 2, 3].map((number) =>
    frozenTrial(number, {
      values: [1],
      distributions: space,
      params: { choice: 'a', layers: 1, rate: 0.1, single: 2, units: 16 },
    }),
  );
  expect([...importance({ directions, trials })]).toEqual(Object.keys(space).map((name) => [name, 0.2]));
});

it('reads the trials of an open study', async () => {
  const trials = [0, 1, 2, 3].map((number) =>
    frozenTrial(number, { values: [number], distributions: { x: int(0, 3) }, params: { x: number } }),
  );
  const study = { directions, trials: async () => trials };
  expect(await importance(study)).toEqual(new Map([['x', 1]]));
  await expect(importance(study, { params: ['y'] })).rejects.toThrow("a parameter 'y'");
});

describe('options', () => {
  it('of PED-ANOVA are quantiles, one within the other', () => {
    expect(() => pedAnova({ targetQuantile: 0 })).toThrow('`targetQuantile` is 0; give a number above 0 and up to 1.');
    for (const options of [
      { targetQuantile: 1 },
      { regionQuantile: 0.1 },
      { regionQuantile: 1.5 },
      { targetQuantile: NaN },
    ]) {
      expect(() => pedAnova(options)).toThrow('pedAnova(): ');
    }
  });

  it('of fANOVA are whole numbers', () => {
    expect(() => fanova({ trees: 0 })).toThrow('fanova(): `trees` is 0; give a whole number from 1 on.');
    expect(() => fanova({ maxDepth: 1.5 })).toThrow('`maxDepth` is 1.5');
    expect(() => fanova({ seed: -1 })).toThrow('`seed` is -1; give a whole number from 0 on.');
  });
});
