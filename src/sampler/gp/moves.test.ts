import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { space } from '../../space/search-space.ts';
import { variant } from '../../space/variant.ts';
import { conditionsOf } from './condition.ts';
import { Moves } from './moves.ts';
import { PointSpace, pointKey } from './point-space.ts';

const { distributions } = space({
  x: float(0, 1),
  few: int(1, 5),
  many: int(1, 1000, { log: true }),
  flag: categorical([true, false]),
  branch: variant({ a: { y: float(0, 1), n: int(0, 3) }, b: {} }),
});
const params = new Map<string, Distribution>(Object.entries(distributions));
const whole = new PointSpace(params, conditionsOf(params, params, []), { few: 3 });
const indexOf = (name: string) => whole.params.findIndex((param) => param.name === name);

it('neighbours lie in the space, and hold the fixed values', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(0.2, 0.01), fc.constantFrom(0.1, 1), (seed, deviation, share) => {
      const rng = new Rng(`${seed}`);
      const point = whole.randomPoint(rng);
      const neighbour = new Moves(whole, rng).neighbour(point, deviation, share);
      expect(pointKey(whole.settle(neighbour.slice()))).toBe(pointKey(neighbour));
      expect(whole.decode(neighbour, rng).get('few')).toBe(3);
      for (const coordinate of neighbour) expect(coordinate >= -1 && coordinate <= 1).toBe(true);
    }),
  );
});

it('neighbours of a discrete point mostly differ from it, however small the step', () => {
  const discrete = new PointSpace(new Map([['n', int(0, 9)]]), new Map());
  const rng = new Rng('discrete');
  const moves = new Moves(discrete, rng);
  const point = discrete.encode({ n: 5 });
  const found = Array.from({ length: 100 }, () => discrete.decode(moves.neighbour(point, 0.01, 1), rng).get('n'));
  expect(new Set(found)).toEqual(new Set([4, 6]));
});

it('variations are all other values of a parameter, and of many the nearest, each in the space', () => {
  const moves = new Moves(whole, new Rng('variations'));
  const point = whole.encode({ x: 0.5, few: 3, many: 500, flag: true, branch: 'b' });
  const values = (name: string) => {
    return moves.variations(point, indexOf(name)).map((varied) => {
      expect(pointKey(whole.settle(varied.slice()))).toBe(pointKey(varied));
      return whole.decode(varied, new Rng('')).get(name);
    });
  };
  expect(values('flag')).toEqual([false]);
  expect(values('many')).toEqual([498, 499, 501, 502]);
  const [other] = moves.variations(point, indexOf('branch')) as [Float64Array];
  expect(whole.isActive(other, indexOf('branch.a.y'))).toBe(true);
  expect(moves.free.map((index) => whole.params[index]?.name)).not.toContain('few');
});
