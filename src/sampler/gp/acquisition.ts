import { logExpectedImprovement } from '../../math/expected-improvement.ts';
import { LOG_SQRT_2PI, logNormalCdf } from '../../math/special-functions.ts';
import type { Point } from './point-space.ts';
import type { Prediction, Predictor } from './predictor.ts';

/** The promise of points: the greater the better. */
export interface Acquisition {
  at(point: Point): number;
  atAll(points: readonly Point[]): Float64Array;
  /** As {@link at}; adds the gradient by the coordinates that are numbers to `gradient`. */
  addGradient(point: Point, gradient: Float64Array): number;
}

/** A merit of points that follows from one model's prediction, with its derivatives. */
type Merit = (prediction: Prediction) => {
  readonly value: number;
  readonly byMean: number;
  readonly byDeviation: number;
};

class ModelAcquisition implements Acquisition {
  readonly #predictor: Predictor;
  readonly #merit: Merit;
  #meanGradient = new Float64Array(0);
  #deviationGradient = new Float64Array(0);

  constructor(predictor: Predictor, merit: Merit) {
    this.#predictor = predictor;
    this.#merit = merit;
  }

  at(point: Point): number {
    return this.#merit(this.#predictor.at(point)).value;
  }

  atAll(points: readonly Point[]): Float64Array {
    return Float64Array.from(this.#predictor.atAll(points), (prediction) => this.#merit(prediction).value);
  }

  addGradient(point: Point, gradient: Float64Array): number {
    if (this.#meanGradient.length !== gradient.length) {
      this.#meanGradient = new Float64Array(gradient.length);
      this.#deviationGradient = new Float64Array(gradient.length);
    }
    const [means, deviations] = [this.#meanGradient, this.#deviationGradient];
    const { value, byMean, byDeviation } = this.#merit(this.#predictor.withGradient(point, means, deviations));
    for (let j = 0; j < gradient.length; j++) {
      gradient[j] = (gradient[j] as number) + byMean * (means[j] as number) + byDeviation * (deviations[j] as number);
    }
    return value;
  }
}

/** The logarithm of the improvement that is expected on `best`, a value of the model (Jones et al. 1998). */
export function logImprovement(predictor: Predictor, best: number): Acquisition {
  return new ModelAcquisition(predictor, ({ mean, deviation }) => {
    const u = (best - mean) / deviation;
    const { value, slope } = logExpectedImprovement(u);
    return {
      value: Math.log(deviation) + value,
      byMean: -slope / deviation,
      byDeviation: (1 - slope * u) / deviation,
    };
  });
}

/** The logarithm of the probability that the modelled function is at most `limit` (Gardner et al. 2014). */
export function logFeasibility(predictor: Predictor, limit: number): Acquisition {
  return new ModelAcquisition(predictor, ({ mean, deviation }) => {
    const u = (limit - mean) / deviation;
    const value = logNormalCdf(u);
    const slope = Math.exp(-0.5 * u * u - LOG_SQRT_2PI - value);
    return { value, byMean: -slope / deviation, byDeviation: (-slope * u) / deviation };
  });
}

/** The product of what logarithms stand for: their sum. */
export function together(parts: readonly Acquisition[]): Acquisition {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    at: (point) => sum(parts.map((part) => part.at(point))),
    atAll(points) {
      const each = parts.map((part) => part.atAll(points));
      return Float64Array.from(points, (_, at) => sum(each.map((values) => values[at] as number)));
    },
    addGradient: (point, gradient) => sum(parts.map((part) => part.addGradient(point, gradient))),
  };
}
