/** How a classifier judged one image. */
export interface ScoreFigures {
  /** The first class of the greatest score; class 0 where a score is NaN. */
  readonly predicted: number;
  /** −log softmax(scores)[label], in nats; NaN where a score is NaN. */
  readonly loss: number;
  /** The probability of the predicted class; NaN where a score is NaN. */
  readonly confidence: number;
  /**
   * The number of classes before the label, from the greatest score down, equal ones in their order; where a score is
   * NaN, all in their order.
   */
  readonly rank: number;
}

/** @param scores an image's logits, one a class. @param label the image's class. */
export function scoreFigures(scores: Float32Array, label: number): ScoreFigures {
  const max = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const own = scores[label] as number;
  const sum = scores.reduce((partial, score) => partial + Math.exp(score - max), 0);
  const isOrdered = !Number.isNaN(max);
  let rank = label;
  if (isOrdered) {
    rank = 0;
    for (const [at, score] of scores.entries()) if (score > own || (score === own && at < label)) rank++;
  }
  return {
    predicted: isOrdered ? scores.indexOf(max) : 0,
    loss: max + Math.log(sum) - own,
    confidence: 1 / sum,
    rank,
  };
}
