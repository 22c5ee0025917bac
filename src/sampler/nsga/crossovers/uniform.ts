import type { Crossover } from '../crossover.ts';

/**
 * Uniform crossover (Syswerda 1989): each parameter is the first parent's with the probability `swappingProb`, else the
 * second's.
 */
export function uniformCrossover(swappingProb: number): Crossover {
  return {
    parentCount: 2,
    cross([first, second], { random }) {
      return (first as Float64Array).map((x, i) => (random.uniform() >= swappingProb ? (second?.[i] as number) : x));
    },
  };
}
