import { symmetricEigen } from '../../math/symmetric-eigen.ts';
import { GREATEST_SIGMA } from './evolution.ts';

/** The target of the ratio of signal to noise, and how fast rates and averages move. */
const [TARGET, MEAN_RATE, COVARIANCE_RATE, GREATEST_CHANGE] = [1.4, 0.1, 0.03, 0.1];

/** A normal distribution N(m, σ² C). */
interface Normal {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Float64Array;
}

/** A learning rate η with the moving averages of the changes, whose ratio of signal to noise it follows. */
interface Rate {
  readonly eta: number;
  readonly average: Float64Array;
  readonly squares: number;
}

/**
 * The learning rates of the mean and of the covariance, adapted to how reliable the changes are (Nomura, Akimoto and Ono
 * 2023, arXiv 2304.03473): small ones for noisy and for multimodal objectives. Immutable.
 */
export class LearningRates {
  readonly #mean: Rate;
  readonly #covariance: Rate;

  private constructor(mean: Rate, covariance: Rate) {
    this.#mean = mean;
    this.#covariance = covariance;
  }

  static start(dimensions: number): LearningRates {
    const rate = (size: number): Rate => ({ eta: 1, average: new Float64Array(size), squares: 0 });
    return new LearningRates(rate(dimensions), rate(dimensions ** 2));
  }

  /**
   * The distribution that a step leads to when it is taken at the adapted rates, and these.
   * @param from the distribution before the step.
   * @param to the one behind it at full rates.
   * @param whitened C^(−1/2) z of the one before.
   */
  adapted(
    from: Normal,
    to: Normal,
    whitened: (z: Float64Array) => Float64Array,
  ): Normal & { readonly rates: LearningRates } {
    const size = from.mean.length;
    const step = to.mean.map((m, i) => m - (from.mean[i] as number));
    const before = from.covariance.map((c) => from.sigma ** 2 * c);
    const change = to.covariance.map((c, at) => to.sigma ** 2 * c - (before[at] as number));
    const localStep = whitened(step).map((x) => x / from.sigma);
    const localChange = bothSides(change, size, whitened).map((x) => x / from.sigma ** 2 / Math.SQRT2);
    const mean = moved(this.#mean, localStep, MEAN_RATE);
    const covariance = moved(this.#covariance, localChange, COVARIANCE_RATE);
    const next = before.map((c, at) => c + covariance.eta * (change[at] as number));
    const logs = symmetricEigen(next, size).values.reduce((sum, value) => sum + Math.log(value), 0);
    const sigma = Math.min(Math.exp(logs / 2 / size), GREATEST_SIGMA);
    return {
      mean: from.mean.map((m, i) => m + mean.eta * (step[i] as number)),
      sigma: sigma * (this.#mean.eta / mean.eta),
      covariance: next.map((c) => c / sigma ** 2),
      rates: new LearningRates(mean, covariance),
    };
  }
}

function moved({ eta, average, squares }: Rate, change: Float64Array, rate: number): Rate {
  const square = (vector: Float64Array) => vector.reduce((sum, x) => sum + x * x, 0);
  const nextAverage = average.map((x, i) => (1 - rate) * x + rate * (change[i] as number));
  const nextSquares = (1 - rate) * squares + rate * square(change);
  const signal = square(nextAverage);
  const ratio = (signal - (rate / (2 - rate)) * nextSquares) / (nextSquares - signal);
  const wanted = Math.min(Math.max(ratio / TARGET / eta - 1, -1), 1);
  const nextEta = Math.min(eta * Math.exp(Math.min(GREATEST_CHANGE * eta, rate) * wanted), 1);
  return { eta: nextEta, average: nextAverage, squares: nextSquares };
}

/** W M W of a symmetric W that is given by how it turns a vector, and a symmetric M. */
function bothSides(matrix: Float64Array, size: number, turn: (z: Float64Array) => Float64Array): Float64Array {
  const rows = Array.from({ length: size }, (_, i) => turn(matrix.slice(i * size, (i + 1) * size))); // (W M)ᵀ = M W
  const out = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const column = turn(Float64Array.from(rows, (row) => row[j] as number));
    for (let i = 0; i < size; i++) out[i * size + j] = column[i] as number;
  }
  return out;
}
