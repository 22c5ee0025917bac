import type { Point } from './point-space.ts';
import type { Prediction, Predictor } from './predictor.ts';

/** The number of trials by which the trust in earlier studies is held back, as if they had shown nothing. */
const DOUBT = 2;
/** The greatest trust: where the losses of earlier studies differ less than those of this one. */
const MOST_TRUST = 1.5;

/**
 * The share of what earlier studies predict that this study's losses go along with: the slope of least squares, drawn
 * towards 0 while there are few trials. 0 where they go against it.
 *
 * @param predicted the predictions of earlier studies at the points of this study's trials.
 * @param values what the trials gave.
 */
export function trustIn(predicted: readonly number[], values: Float64Array): number {
  const count = predicted.length;
  const mean = (numbers: Iterable<number>) => [...numbers].reduce((sum, number) => sum + number / count, 0);
  const [meanPredicted, meanValue] = [mean(predicted), mean(values)];
  let [own, both] = [0, 0];
  for (const [i, prediction] of predicted.entries()) {
    const distance = prediction - meanPredicted;
    own += distance * distance;
    both += distance * ((values[i] as number) - meanValue);
  }
  if (own === 0) return 0;
  return Math.min(Math.max(both / (own * (1 + DOUBT / count)), 0), MOST_TRUST);
}

/** A model of the differences of a function from its prior mean, as a model of the function. */
export class AroundPriorMean implements Predictor {
  readonly #differences: Predictor;
  readonly #prior: Predictor;
  readonly #trust: number;
  #priorGradient = new Float64Array(0);
  #unused = new Float64Array(0);

  /** @param prior its mean, times `trust`, is the prior mean. */
  constructor(differences: Predictor, prior: Predictor, trust: number) {
    this.#differences = differences;
    this.#prior = prior;
    this.#trust = trust;
  }

  at(point: Point): Prediction {
    const { mean, deviation } = this.#differences.at(point);
    return { mean: mean + this.#trust * this.#prior.at(point).mean, deviation };
  }

  atAll(points: readonly Point[]): readonly Prediction[] {
    const priors = this.#prior.atAll(points);
    return this.#differences.atAll(points).map(({ mean, deviation }, at) => {
      return { mean: mean + this.#trust * (priors[at] as Prediction).mean, deviation };
    });
  }

  withGradient(point: Point, meanGradient: Float64Array, deviationGradient: Float64Array): Prediction {
    if (this.#unused.length !== meanGradient.length) {
      this.#priorGradient = new Float64Array(meanGradient.length);
      this.#unused = new Float64Array(meanGradient.length);
    }
    const prior = this.#prior.withGradient(point, this.#priorGradient, this.#unused);
    const { mean, deviation } = this.#differences.withGradient(point, meanGradient, deviationGradient);
    for (const [j, slope] of this.#priorGradient.entries()) {
      meanGradient[j] = (meanGradient[j] as number) + this.#trust * slope;
    }
    return { mean: mean + this.#trust * prior.mean, deviation };
  }
}
