/** A classifier's judgement of one image. */
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
  // Plain loops, since there may be thousands of classes and images.
  const own = scores[label] as number;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < scores.length; at++) max = Math.max(max, scores[at] as number);
  const isOrdered = !Number.isNaN(max);
  let sum = 0;
  let rank = isOrdered ? 0 : label;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] as number;
    sum += Math.exp(score - max);
    if (isOrdered && (score > own || (score === own && at < label))) rank++;
  }
  return {
    predicted: isOrdered ? scores.indexOf(max) : 0,
    loss: max + Math.log(sum) - own,
    confidence: 1 / sum,
    rank,
  };
}
