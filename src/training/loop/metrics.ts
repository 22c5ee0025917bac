// Type aliases, since an interface does not count as a JSON value, and these figures are written as one.

/** The recognition of one class. A ratio without a denominator (nothing of the class, nothing called so) is 0. */
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
  /** Rows are the true classes, columns the predicted ones; an evaluation of more than 1,000 classes has no rows. */
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
  const counts = classes.map((name, index): ClassCounts => {
    const row = confusion[index] as readonly number[];
    return {
      name,
      hits: row[index] as number,
      support: sum(row),
      called: sum(confusion.map((each) => each[index] ?? 0)),
    };
  });
  return { ...countedMetrics(counts, loss), confusion };
}

/** The number of times that a class was met. */
export interface ClassCounts {
  readonly name: string;
  /** Images of the class that were recognised. */
  readonly hits: number;
  /** Images of the class. */
  readonly support: number;
  /** Images that were taken for it. */
  readonly called: number;
}

/** {@link classificationMetrics} by the counts of the classes, for which a matrix of many would be too large. */
export function countedMetrics(counts: readonly ClassCounts[], loss: number): Omit<Metrics, 'confusion'> {
  const perClass = counts.map(({ name, hits, support, called }): ClassMetrics => {
    const recall = ratio(hits, support);
    const precision = ratio(hits, called);
    const f1 = ratio(2 * precision * recall, precision + recall);
    return { name, accuracy: recall, precision, recall, f1, support };
  });
  const accuracy = ratio(sum(counts.map(({ hits }) => hits)), sum(counts.map(({ support }) => support)));
  return {
    loss,
    accuracy,
    perClass,
    macro: averaged(perClass, () => 1),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: averaged(perClass, ({ support }) => support),
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
