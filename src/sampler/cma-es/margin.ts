import { inverseLogNormalCdf, normalCdf } from '../../math/special-functions.ts';
import type { Evolution } from './evolution.ts';

/** The equally spaced values of one coordinate. */
export interface Steps {
  /** The coordinate. */
  readonly at: number;
  readonly low: number;
  readonly step: number;
  /** The number of values, at least 2. */
  readonly count: number;
}

const LEAST_MASS = 1e-10;

/**
 * CMA-ES with margin (Hamano et al. 2022, arXiv 2205.13482): an evolution in which coordinates with steps never freeze,
 * since the values next to the mean's keep a least probability. The evolution learns points as they were drawn; they are tried at their
 * nearest steps. Immutable.
 */
export class MarginEvolution {
  readonly evolution: Evolution;
  readonly #steps: readonly Steps[];
  /** A: how much wider each coordinate with steps is spread where it is rounded. */
  readonly #scales: Float64Array;
  readonly #margin: number;

  private constructor(evolution: Evolution, steps: readonly Steps[], scales: Float64Array, margin: number) {
    this.evolution = evolution;
    this.#steps = steps;
    this.#scales = scales;
    this.#margin = margin;
  }

  /** @param margin default: one over the number of dimensions and the population size. */
  static start(
    evolution: Evolution,
    steps: readonly Steps[],
    margin = 1 / (evolution.mean.length * evolution.populationSize),
  ): MarginEvolution {
    return new MarginEvolution(evolution, steps, new Float64Array(steps.length).fill(1), margin);
  }

  /** A by coordinate with steps. */
  get scales(): Float64Array {
    return this.#scales;
  }

  /** A drawn point with its coordinates at their nearest steps. */
  rounded(point: Float64Array): Float64Array {
    const { mean } = this.evolution;
    const out = point.slice();
    for (const [k, steps] of this.#steps.entries()) {
      const m = mean[steps.at] as number;
      out[steps.at] = valueAt(
        steps,
        indexAt(steps, ((point[steps.at] as number) - m) * (this.#scales[k] as number) + m),
      );
    }
    return out;
  }

  /** @param next the evolution after it has learnt points of this one. */
  after(next: Evolution): MarginEvolution {
    const mean = next.mean.slice();
    const scales = this.#scales.slice();
    for (const [k, steps] of this.#steps.entries()) {
      const deviation = next.sigma * Math.sqrt(next.variances[steps.at] as number);
      const corrected = this.#corrected(steps, mean[steps.at] as number, deviation, scales[k] as number);
      mean[steps.at] = corrected.mean;
      scales[k] = corrected.scale;
    }
    return new MarginEvolution(next.moved(mean, next.sigma), this.#steps, scales, this.#margin);
  }

  /** The mean and the scale with which the neighbours of the mean's value are probable enough. */
  #corrected(steps: Steps, mean: number, deviation: number, scale: number): { mean: number; scale: number } {
    const place = indexAt(steps, mean);
    const lower = limitAbove(steps, clamp(place - 1, 0, steps.count - 2));
    const upper = limitAbove(steps, clamp(place, 0, steps.count - 2));
    const spread = deviation * scale;
    const below = normalCdf((lower - mean) / spread);
    const above = 1 - normalCdf((upper - mean) / spread);
    if (Math.max(below, above) > 0.5) {
      // At the outermost value there is one neighbour.
      if (Math.min(below, above) >= this.#margin) return { mean, scale };
      return { mean: upper + Math.sign(mean - upper) * spread * quantileOf(this.#margin), scale };
    }
    const between = 1 - (below + above);
    const [massBelow, massAbove] = this.#corrections(below, above, between);
    const [widthBelow, widthAbove] = [quantileOf(massBelow), quantileOf(massAbove)];
    return {
      mean: (lower * widthAbove + upper * widthBelow) / (widthBelow + widthAbove),
      scale: (upper - lower) / ((widthBelow + widthAbove) * deviation),
    };
  }

  #corrections(below: number, above: number, between: number): readonly [number, number] {
    const least = this.#margin / 2;
    const [low, high] = [Math.max(below, least), Math.max(above, least)];
    const share = (1 - low - high - between) / (low + between + high - 3 * least);
    const kept = (mass: number) => clamp(mass + share * (mass - least), LEAST_MASS, 0.5 - LEAST_MASS);
    return [kept(low), kept(high)];
  }
}

/** The number of deviations beyond its mean at which a normal's tail of this mass begins. */
function quantileOf(mass: number): number {
  return -inverseLogNormalCdf(Math.log(mass));
}

function valueAt({ low, step }: Steps, index: number): number {
  return low + index * step;
}

/** The middle between a value and the next one. */
function limitAbove(steps: Steps, index: number): number {
  return (valueAt(steps, index) + valueAt(steps, index + 1)) / 2;
}

/** The index of the nearest value; in the middle of two the lower one. */
function indexAt(steps: Steps, place: number): number {
  let index = clamp(Math.floor((place - steps.low) / steps.step + 0.5), 0, steps.count - 1);
  if (index > 0 && place <= limitAbove(steps, index - 1)) index--;
  if (index < steps.count - 1 && place > limitAbove(steps, index)) index++; // where the division was rounded
  return index;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
