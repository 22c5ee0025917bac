import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorical } from './categorical-distribution.ts';
import { FlatSpace } from './flat-space.ts';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';
import { type SearchSpace, space } from './search-space.ts';
import { variant } from './variant.ts';

const flat = (declared: SearchSpace) => new FlatSpace(new Map(Object.entries(declared.distributions)));

const nested = space({
  n: int(1, 9, { step: 4 }),
  optimizer: variant({
    adam: { beta: categorical([0.9, 0.99]), inner: variant({ a: { m: int(1, 3) }, b: {} }) },
    sgd: { on: categorical([true, false]) },
    none: {},
  }),
  fixed: int(5, 5),
});

describe('a flat space', () => {
  it('has as many points as its branches give', () => {
    expect(flat(nested as SearchSpace).count).toBe(3 * (2 * (3 + 1) + 2 + 1));
    expect(flat(space({})).count).toBe(1);
    expect(flat(space({ x: float(0, 1), n: int(0, 1) }) as SearchSpace).count).toBe(Infinity);
    expect(flat(space({ x: float(0, 1, { step: 0.25 }), y: int(1, 8) }) as SearchSpace).count).toBe(40);
    expect(flat(space({ o: variant({ a: { x: float(0, 1) }, b: {} }) }) as SearchSpace).count).toBe(Infinity);
  });

  it('goes through its points, each once, and each is one that the declared space gives', () => {
    const points = [...flat(nested as SearchSpace).points()];
    expect(new Set(points.map((point) => JSON.stringify([...point]))).size).toBe(33);
    expect(points).toHaveLength(33);
    for (const point of points) {
      const asked: string[] = [];
      nested.assemble((name, distribution) => {
        asked.push(name);
        const value = point.get(name);
        expect(distribution.contains(value)).toBe(true);
        return value as never;
      });
      expect([...point.keys()].sort()).toEqual(asked.sort());
    }
  });

  it('asks for the parameters that the declared space asks for, whatever the answers', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(100)), (draws) => {
        const drawn = new Map<string, unknown>();
        const answer = (name: string, distribution: { first: unknown; choices?: readonly unknown[] }) => {
          const { choices = [distribution.first] } = distribution;
          if (!drawn.has(name)) drawn.set(name, choices[(draws.next().value as number) % choices.length]);
          return drawn.get(name) as never;
        };
        const point = flat(nested as SearchSpace).point(answer as never);
        const before = drawn.size;
        nested.assemble(answer as never);
        expect(drawn.size).toBe(before);
        expect(point?.size).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  it('has no point where an answer is missing', () => {
    expect(flat(nested as SearchSpace).point((name) => (name === 'fixed' ? undefined : 'none'))).toBeUndefined();
  });
});
