import type { Crossover } from '../crossover.ts';

/**
 * Blend crossover (Eshelman and Schaffer 1992): each parameter is drawn evenly between the parents' values and beyond
 * them by `alpha` times their distance.
 */
export function blxAlphaCrossover({ alpha = 0.5 }: { readonly alpha?: number }): Crossover {
  return {
    parentCount: 2,
    cross([first, second], { random }) {
      return (first as Float64Array).map((x, i) => {
        const y = second?.[i] as number;
        const [least, greatest] = [Math.min(x, y), Math.max(x, y)];
        const beyond = alpha * (greatest - least);
        const low = least - beyond;
        return (greatest + beyond - low) * random.uniform() + low;
      });
    },
  };
}
