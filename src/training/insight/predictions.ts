import type { Features } from './features.ts';
import { greatest } from './greatest.ts';

/** The class that a model gives each image. */
export interface Predictions {
  /** The class of the greatest logit; of equal ones the first. */
  readonly classes: Uint32Array;
  /** The softmax of that logit, in (0, 1]; NaN where a logit is NaN. */
  readonly confidences: Float64Array;
}

/** The predictions of logits, a row an image. */
export function predictionsOf({ values, shape: [count, width] }: Features): Predictions {
  const classes = new Uint32Array(count);
  const confidences = new Float64Array(count);
  for (let image = 0; image < count; image++) {
    const logits = values.subarray(image * width, (image + 1) * width);
    const best = greatest(logits);
    classes[image] = best;
    confidences[image] = 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - (logits[best] as number)), 0);
  }
  return { classes, confidences };
}
