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

export type Metrics = {
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly perClass: readonly ClassMetrics[];
  /** Unweighted means over the classes. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
  /** Rows are the true classes, columns the predicted ones. */
  readonly confusion: readonly (readonly number[])[];
};

/**
 * The usual figures of a classification, from its confusion matrix.
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
  const mean = (figure: 'precision' | 'recall' | 'f1'): number =>
    ratio(sum(perClass.map((metrics) => metrics[figure])), classes.length);
  return {
    loss,
    accuracy: ratio(sum(hits), total),
    perClass,
    macro: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
    confusion,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
