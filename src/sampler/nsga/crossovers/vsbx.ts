import type { Crossover } from '../crossover.ts';
import { etaOf, mixedGenes, type TwoChildrenOptions } from './mixed-genes.ts';

const LEAST = 1e-10;

/**
 * Modified simulated binary crossover (Ballester and Carter 2003), which leaves no region of the space out; of its two
 * children one is taken.
 */
export function vsbxCrossover(options: TwoChildrenOptions): Crossover {
  return {
    parentCount: 2,
    cross(parents, { random, isMultiObjective }) {
      const [a, b] = parents as readonly [Float64Array, Float64Array];
      const power = 1 / (etaOf(options, isMultiObjective) + 1);
      const u = a.map(() => random.uniform());
      const spread = (mass: number) => (1 / Math.max(2 * mass, LEAST)) ** power;
      const inner = u.map(spread);
      const outer = u.map((x) => spread(1 - x));
      const combine = (weights: (inner: number, outer: number) => readonly [number, number]) =>
        a.map((x, i) => {
          const [ofFirst, ofSecond] = weights(inner[i] as number, outer[i] as number);
          return 0.5 * (ofFirst * x + ofSecond * (b[i] as number));
        });
      const first =
        random.uniform() <= 0.5
          ? combine((near, far) => [1 + near, 1 - far])
          : combine((near, far) => [1 - near, 1 + far]);
      const second =
        random.uniform() <= 0.5
          ? combine((near, far) => [3 - near, -(1 - far)])
          : combine((near, far) => [-(1 - near), 3 - far]);
      return mixedGenes([first, second], [a, b], options, random);
    },
  };
}
