import type { Crossover } from '../crossover.ts';

/**
 * Simplex crossover (Tsutsui, Goldberg and Sastry 2000): drawn evenly from the triangle of three parents, expanded from
 * its centre by `epsilon`. Default: √(parameters + 2).
 */
export function spxCrossover({ epsilon }: { readonly epsilon?: number }): Crossover {
  return {
    parentCount: 3,
    cross(parents, { random }) {
      const [a, b, c] = parents as readonly [Float64Array, Float64Array, Float64Array];
      const expansion = epsilon ?? Math.sqrt(a.length + 2);
      const [first, second] = [random.uniform(), Math.sqrt(random.uniform())];
      return a.map((_, i) => {
        const own = [a[i] as number, b[i] as number, c[i] as number] as const;
        const centre = (own[0] + own[1] + own[2]) / 3;
        const [x, y, z] = own.map((corner) => centre + expansion * (corner - centre)) as [number, number, number];
        return z + second * (y - z + first * (x - y));
      });
    },
  };
}
