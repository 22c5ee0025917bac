// Type aliases, since an interface does not count as a JSON value, and these figures are written as one.

/** How well one class is recognised. A ratio without a denominator (nothing of the class, nothing called so) is 0. */
export type ClassMetrics = {
  readonly name: string;
  /** Share of the class's images that were recognised; the class's recall. */
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Number of images of the class. */
  readonly support: number;
};

/** Means over the classes. */
export type AveragedMetrics = { readonly precision: number; readonly recall: number; readonly f1: number };

export type Metrics = {
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly perClass: readonly ClassMetrics[];
  /** Unweighted means over the classes, those without images included. */
  readonly macro: AveragedMetrics;
  /** Means over the images: all three are the accuracy, since an image has one class and one prediction. */
  readonly micro: AveragedMetrics;
  /** Means over the classes, weighted by their numbers of images. */
  readonly weighted: AveragedMetrics;
  /** Rows are the true classes, columns the predicted ones. */
  readonly confusion: readonly (readonly number[])[];
};

/**
 * The usual figures of a classification, from its confusion matrix, as scikit-learn's `precision_recall_fscore_support`
 * has them with `zero_division=0` for all classes.
 *
 * @param confusion square; rows are the true classes, columns the predicted ones; all zero gives accuracy 0.
 * @param classes names of the classes, in the matrix's order.
 * @param loss passed through.
 */
export function classificationMetrics(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  loss: number,
): Metrics {
  const total = sum(confusion.map(sum));
  const hits = confusion.map((row, index) => row[index] as number);
  const perClass = classes.map((name, index): ClassMetrics => {
    const support = sum(confusion[index] as readonly number[]);
    const called = sum(confusion.map((row) => row[index] as number));
    const recall = ratio(hits[index] as number, support);
    const precision = ratio(hits[index] as number, called);
    const f1 = ratio(2 * precision * recall, precision + recall);
    return { name, accuracy: recall, precision, recall, f1, support };
  });
  const accuracy = ratio(sum(hits), total);
  return {
    loss,
    accuracy,
    perClass,
    macro: averaged(perClass, () => 1),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: averaged(perClass, ({ support }) => support),
    confusion,
  };
}

function averaged(perClass: readonly ClassMetrics[], weight: (metrics: ClassMetrics) => number): AveragedMetrics {
  const weights = sum(perClass.map(weight));
  const mean = (figure: keyof AveragedMetrics): number =>
    ratio(sum(perClass.map((metrics) => weight(metrics) * metrics[figure])), weights);
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
