import type { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { isNumeric } from '../space/numeric-distribution.ts';
import { UnitInterval } from '../space/unit-interval.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';

/** Chooses each parameter alone, whatever the other trials found. Made by {@link random}. */
export class RandomSampler implements Sampler {
  readonly name = 'random';
  readonly ignoresRunningReports = true;

  start(): Draw {
    return { params: new Map() };
  }

  /** Each parameter has a stream of its own, so that its draw does not depend on the parameters asked for before. */
  sample(_history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    return drawEvenly(trial.rng(`sampler:${name}`), distribution);
  }
}

/**
 * Draws a value; each value, step or choice is as likely as any other, on the logarithm where the parameter is
 * logarithmic.
 */
export function drawEvenly(rng: Rng, distribution: Distribution): ParamValue {
  if (isNumeric(distribution)) {
    const { rangeLow, rangeHigh } = distribution;
    // A range may be wider than any number.
    const isWide = rangeHigh - rangeLow === Infinity;
    return isWide
      ? new UnitInterval(distribution).valueAt(rng.uniform())
      : distribution.fromRange(rng.uniform(rangeLow, rangeHigh));
  }
  return distribution.fromInternal(isCategorical(distribution) ? rng.integer(distribution.choices.length) : 0);
}

/**
 * Random search (Bergstra and Bengio 2012): every value, step and choice is as likely as any other, on the logarithm
 * where the parameter is logarithmic. The baseline for other samplers.
 *
 * @example defineStudy({ sampler: random(), … })
 */
export function random(): Sampler {
  return new RandomSampler();
}
