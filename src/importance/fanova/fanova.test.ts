import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { Rng } from '../../base/rng.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { importance } from '../importance.ts';
import { fanova } from './fanova.ts';

const directions = ['minimize'] as const;
const rng = new Rng('fanova test');

/** Trials over the unit cube. */
function trialsOf(count: number, objective: (x: number, y: number, z: number) => number): FrozenTrial[] {
  const distributions = { x: float(0, 1), y: float(0, 1), z: float(0, 1) };
  return Array.from({ length: count }, (_, number) => {
    const [x, y, z] = [rng.uniform(), rng.uniform(), rng.uniform()];
    return frozenTrial(number, { params: { x, y, z }, distributions, values: [objective(x, y, z)] });
  });
}

function trial(number: number, params: Readonly<Record<string, readonly [Distribution, ParamValue]>>): FrozenTrial {
  const entries = Object.entries(params);
  return frozenTrial(number, {
    values: [number],
    params: Object.fromEntries(entries.map(([name, [, value]]) => [name, value])),
    distributions: Object.fromEntries(entries.map(([name, [distribution]]) => [name, distribution])),
  });
}

const assessed = (trials: readonly FrozenTrial[], params?: readonly string[]) =>
  importance({ directions, trials }, { evaluator: fanova(), normalize: false, ...(params && { params }) });

describe('fanova()', () => {
  it('finds the shares of a sum, whose variances are known', () => {
    // The variance of a uniform number times c is c² / 12.
    const found = assessed(trialsOf(600, (x, y) => 3 * x + y));
    expect(found.get('x')).toBeCloseTo(0.9, 1);
    expect(found.get('y')).toBeCloseTo(0.1, 1);
    expect(found.get('z')).toBeLessThan(0.01);
  });

  it('finds the share of a number behind a choice, which takes a column for each of its values', () => {
    const distributions = { choice: categorical(['a', 'b', 'c']), number: float(0, 1), other: float(0, 1) };
    const trials = Array.from({ length: 300 }, (_, at) => {
      const [number, other] = [rng.uniform(), rng.uniform()];
      const params = { choice: ['a', 'b', 'c'][at % 3] as string, number, other };
      return frozenTrial(at, { params, distributions, values: [number] });
    });
    expect(assessed(trials).get('number')).toBeGreaterThan(0.9);
  });

  it('gives to no single parameter the effect that they have only together', () => {
    const found = assessed(trialsOf(600, (x, y) => Number(x > 0.5 !== y > 0.5)));
    for (const share of found.values()) expect(share).toBeLessThan(0.2);
  });

  it('gives equal numbers for equal seeds, and others for others', () => {
    const trials = trialsOf(30, (x, y) => x * y);
    const run = (seed: number) => [...importance({ directions, trials }, { evaluator: fanova({ seed }) })];
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('takes the parameters that all complete trials drew from one distribution, or the named ones of trials that have them', () => {
    const [x, wide, kind] = [float(0, 1), float(0, 2), categorical(['a', 'b'])];
    const trials = [
      trial(0, { x: [x, 0.1], kind: [kind, 'a'], depth: [x, 0.3] }),
      trial(1, { x: [x, 0.9], kind: [kind, 'b'], depth: [wide, 1.3] }),
      trial(2, { x: [x, 0.4], kind: [kind, 'b'], depth: [x, 0.3], beta: [x, 0.2] }),
      trial(3, { x: [x, 0.5], kind: [kind, 'a'], depth: [x, 0.8], beta: [x, 0.7] }),
    ];
    expect([...assessed(trials).keys()].sort()).toEqual(['kind', 'x']);
    expect([...assessed(trials, ['beta', 'depth', 'beta']).keys()].sort()).toEqual(['beta', 'depth']);
    expect(() => assessed(trials, ['depth'])).toThrow(
      "The parameter 'depth' was drawn from different distributions, which fANOVA cannot compare.",
    );
    expect(() => assessed(trials.slice(0, 3), ['beta'])).toThrow(
      'There is 1 complete trial with a finite value and all of the parameters; importance takes at least two.',
    );
    const apart = [trial(0, { x: [x, 0.1] }), trial(1, { kind: [kind, 'a'] })];
    expect(() => assessed(apart, ['x', 'kind'])).toThrow('No complete trial has all of x, kind; ');
    expect(assessed(apart)).toEqual(new Map());
  });

  it('gives the same shares whatever the size of the values, up to the ends of their range', () => {
    const trials = trialsOf(40, (x, y) => 3 * x - y);
    const scaled = (factor: number) =>
      trials.map((trial) => ({ ...trial, values: [factor * (trial.values?.[0] as number)] }));
    const expected = assessed(trials);
    for (const exponent of [-1000, -600, 520, 1022]) expect(assessed(scaled(2 ** exponent))).toEqual(expected);
    const opposite = trials.map((trial, at) => ({ ...trial, values: [at % 2 ? 1.79e308 : -1.79e308] }));
    for (const share of assessed(opposite).values()) expect(share).toBeGreaterThan(0);
  });

  it('refuses values that are all the same', () => {
    expect(() => assessed(trialsOf(20, () => 1))).toThrow('do not differ in their values, or not in their parameters.');
  });
});
