import { Rng } from '../base/rng.ts';
import { IntersectionSpace } from '../history/intersection-space.ts';
import { Sobol } from '../math/sobol.ts';
import { fitHyperparameters } from '../sampler/gp/fit-hyperparameters.ts';
import { type Point, PointSpace } from '../sampler/gp/point-space.ts';
import { Posterior } from '../sampler/gp/posterior.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { lossOf } from './improvement.ts';

/** Trials as points of the parameters that all of them have, and their losses: what a model is made of. */
export interface PlacedTrials {
  readonly space: PointSpace;
  readonly points: readonly Point[];
  /** Finite: an infinite one counts as the best or the worst of the others. */
  readonly losses: Float64Array;
}

/** Places trials by the parameters that all of them have; undefined where there are none. */
export function placedTrials(trials: readonly FrozenTrial[], direction: Direction): PlacedTrials | undefined {
  const common = new IntersectionSpace();
  for (const trial of trials) common.add(trial);
  const { distributions } = common;
  if (distributions.size === 0) return undefined;
  const space = new PointSpace(distributions, new Map());
  const points = trials.map(({ params }) => space.encode(params));
  return { space, points, losses: withinFinite(trials.map((trial) => lossOf(trial, direction))) };
}

/** Losses of mean 0 and deviation 1, and the deviation that they had, at least `leastDeviation`. */
export function standardized(
  losses: Float64Array,
  leastDeviation: number,
): { readonly values: Float64Array; readonly deviation: number } {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length;
  const deviation = Math.max(Math.sqrt(variance), leastDeviation);
  return { values: losses.map((loss) => (loss - mean) / deviation), deviation };
}

/** The Gaussian process of `gp()` with the most probable hyperparameters. @param values standardized losses. */
export function modelOf({ space }: PlacedTrials, points: readonly Point[], values: Float64Array): Posterior {
  const observations = { points, values, numbers: space.numbers };
  return new Posterior(observations, fitHyperparameters(observations, generator()));
}

const SAMPLE_COUNT = 2048;

/** Points that fill the space evenly, the same ones always. */
export function evenPoints(space: PointSpace): readonly Point[] {
  const rng = generator();
  const sobol = new Sobol(space.params.length, () => rng.uniform());
  return Array.from({ length: SAMPLE_COUNT }, (_, at) => space.pointAt(sobol.point(at)));
}

/** The same generator always, since every process is to come to the same end of a study. */
function generator(): Rng {
  return new Rng('terminator');
}

function withinFinite(losses: readonly number[]): Float64Array {
  const finite = losses.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  return Float64Array.from(losses, (loss) => (finite.length === 0 ? 0 : Math.min(Math.max(loss, least), most)));
}
