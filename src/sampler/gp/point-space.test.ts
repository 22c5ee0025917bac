import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { space } from '../../space/search-space.ts';
import { variant } from '../../space/variant.ts';
import { conditionsOf } from './condition.ts';
import { PointSpace, pointKey } from './point-space.ts';

const { distributions } = space({
  rate: float(1e-5, 1, { log: true }),
  decay: float(-3, 8, { step: 0.25 }),
  huge: float(-1e308, 1e308),
  layers: int(1, 9, { step: 2 }),
  width: int(1, 1e9, { log: true }),
  batch: categorical([256, 16, 64]),
  flag: categorical([true, null, 'x', 0]),
  optimizer: variant({
    adam: { beta: float(0.5, 0.999), amsgrad: categorical([true, false]) },
    sgd: { momentum: variant({ some: { much: float(0, 1), batch: categorical([1, 2, 3]) }, none: {} }) },
    lion: {},
  }),
});
const params = new Map<string, Distribution>(Object.entries(distributions));
const conditions = conditionsOf(params, params, []);
const whole = new PointSpace(params, conditions);
const fractions = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: params.size,
    maxLength: params.size,
  })
  .map((drawn) => Float64Array.from(drawn));

/** The parameters that objectives would ask for, with their values. */
function present(values: ReadonlyMap<string, ParamValue>): Record<string, ParamValue> {
  const isThere = (name: string): boolean => {
    const condition = conditions.get(name);
    if (condition === undefined) return true;
    const { parent, when } = condition;
    const index = params.get(parent)?.toInternal(values.get(parent) as ParamValue) as number;
    return isThere(parent) && 'choices' in when && when.choices.includes(index);
  };
  return Object.fromEntries([...values].filter(([name]) => isThere(name)));
}

describe('a point', () => {
  it('gives values of the distributions, and these give the point', () => {
    fc.assert(
      fc.property(fractions, fc.nat(), (at, seed) => {
        const point = whole.pointAt(at);
        const values = whole.decode(point, new Rng(`${seed}`));
        for (const [name, distribution] of params) expect(distribution.contains(values.get(name))).toBe(true);
        expect(pointKey(whole.encode(present(values)))).toBe(pointKey(point));
        expect(pointKey(whole.settle(Float64Array.from(point)))).toBe(pointKey(point));
      }),
    );
  });

  it('has every value at some fraction, each choice and step at as many as the others', () => {
    const shares = (name: string, count: number) => {
      const index = [...params.keys()].indexOf(name);
      const found = Array.from({ length: count }, (_, part) => {
        const at = new Float64Array(params.size).fill(0.01);
        at[index] = (part + 0.5) / count;
        return whole.decode(whole.pointAt(at), new Rng('')).get(name);
      });
      return found;
    };
    expect(shares('layers', 5)).toEqual([1, 3, 5, 7, 9]);
    expect(shares('flag', 4)).toEqual([true, null, 'x', 0]);
    expect(shares('decay', 45)).toEqual(Array.from({ length: 45 }, (_, step) => -3 + 0.25 * step));
  });

  it('stands in the middle, or at an index of its own, where a parameter is not there', () => {
    const encode = (values: Readonly<Record<string, unknown>>) => pointKey(whole.encode(values));
    const adam = { optimizer: 'adam', 'optimizer.adam.beta': 0.9, 'optimizer.adam.amsgrad': false };
    expect(encode(adam)).not.toBe(encode({ ...adam, 'optimizer.adam.amsgrad': true }));
    expect(encode({ optimizer: 'lion' })).toBe(encode({ optimizer: 'lion', flag: undefined, rate: 'none', batch: 17 }));
    const point = whole.pointAt(new Float64Array(params.size).fill(0.99));
    expect(whole.params.flatMap(({ name }, index) => (whole.isActive(point, index) ? [] : [name]))).toEqual([
      'optimizer.adam.beta',
      'optimizer.adam.amsgrad',
      'optimizer.sgd.momentum',
      'optimizer.sgd.momentum.some.much',
      'optimizer.sgd.momentum.some.batch',
    ]);
    for (const [index, { at, interval, order }] of whole.params.entries()) {
      if (whole.isActive(point, index)) continue;
      expect(point[at]).toBe(interval ? 0.5 : -1);
      if (order) expect(point[order.at]).toBe(0.5);
    }
  });

  it('has the order of choices among numbers beside their index', () => {
    const { at, order } = whole.params.find(({ name }) => name === 'batch') as (typeof whole.params)[number];
    const coordinates = [16, 64, 256].map((batch) => {
      const point = whole.encode({ batch });
      return [point[at], point[order?.at ?? -1]];
    });
    expect(coordinates).toEqual([
      [1, 0],
      [2, 0.5],
      [0, 1],
    ]);
    expect(whole.params.flatMap(({ name, order }) => (order ? [name] : []))).toEqual([
      'batch',
      'optimizer.sgd.momentum.some.batch',
    ]);
  });

  it('lies beyond the ends for a number that is out of bounds today', () => {
    const { at } = whole.params[0] as (typeof whole.params)[number];
    expect(whole.encode({ rate: 10 })[at]).toBeCloseTo(1.2, 9);
    expect(whole.encode({ rate: -1 })[at]).toBe(0.5);
  });
});

it('fixed values are in every point, unless they are none of the parameter’s', () => {
  const fixed = { layers: 7, optimizer: 'sgd', flag: 'unknown', rate: 2, 'optimizer.adam.beta': 0.7 };
  const narrow = new PointSpace(params, conditions, fixed);
  fc.assert(
    fc.property(fractions, (at) => {
      const values = narrow.decode(narrow.pointAt(at), new Rng(''));
      expect([values.get('layers'), values.get('optimizer')]).toEqual([7, 'sgd']);
      expect(Number(values.get('rate'))).toBeLessThanOrEqual(1);
    }),
  );
  const free = narrow.params.filter((_, index) => narrow.isFree(index)).map(({ name }) => name);
  expect(free).toContain('rate');
  expect(free).toContain('flag');
  expect(free).not.toContain('layers');
});
