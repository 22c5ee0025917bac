import type { Crossover } from '../crossover.ts';
import { etaOf, mixedGenes, type TwoChildrenOptions } from './mixed-genes.ts';

/** The least distance of two parents, so that equal ones have a child, too. */
const LEAST_DISTANCE = 1e-10;

/** Simulated binary crossover within bounds (Deb and Agrawal 1995), of whose two children one is taken. */
export function sbxCrossover(options: TwoChildrenOptions): Crossover {
  return {
    parentCount: 2,
    cross(parents, { bounds, random, isMultiObjective }) {
      const [a, b] = parents as readonly [Float64Array, Float64Array];
      const power = etaOf(options, isMultiObjective) + 1;
      const [first, second] = [new Float64Array(a.length), new Float64Array(a.length)];
      for (let i = 0; i < a.length; i++) {
        const [least, greatest] = [Math.min(a[i] as number, b[i] as number), Math.max(a[i] as number, b[i] as number)];
        const distance = Math.max(greatest - least, LEAST_DISTANCE);
        const u = random.uniform();
        const spread = (room: number) => {
          const alpha = 2 - (1 + (2 * room) / distance) ** -power;
          return (u > 1 / alpha ? 1 / (2 - u * alpha) : u * alpha) ** (1 / power);
        };
        first[i] = 0.5 * (least + greatest - spread(least - (bounds.low[i] as number)) * distance);
        second[i] = 0.5 * (least + greatest + spread((bounds.high[i] as number) - greatest) * distance);
      }
      return mixedGenes([first, second], [a, b], options, random);
    },
  };
}
