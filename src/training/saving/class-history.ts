import type { JsonValue } from '../../base/json.ts';
import { isWholeNumber } from '../../base/option-checks.ts';
import type { EpochRecord } from '../loop/epoch-record.ts';
import type { ClassMetrics } from '../loop/metrics.ts';
import type { FiledTensor, TensorKind } from './tensor-file.ts';

/** The most classes that are read, so that a file cannot ask for any amount of memory. */
const MOST_CLASSES = 65_535;

/** The numbers of a class in an epoch, in their order, behind the epoch itself. Its accuracy is its recall. */
const numbers = ['precision', 'recall', 'f1', 'support'] as const;
const width = 1 + numbers.length;

/** Epochs with the figures of their classes, as a file holds them. */
export interface ClassHistory {
  /** float64 [epochs that have them, classes, 5]. */
  readonly tensor: FiledTensor;
  /** Names of the classes. */
  readonly classes: readonly string[];
}

/** The figures of the classes in a history; undefined where no epoch has any. Classes are those of the last epoch. */
export function classHistoryOf(history: readonly EpochRecord[]): ClassHistory | undefined {
  const classes = history.findLast((record) => record.validationPerClass)?.validationPerClass?.map(({ name }) => name);
  if (classes === undefined) return undefined;
  const rows = history.flatMap(({ epoch, validationPerClass: own }) =>
    own?.length === classes.length ? own.map((metrics) => [epoch, ...numbers.map((name) => metrics[name])]) : [],
  );
  const shape = [rows.length / Math.max(classes.length, 1), classes.length, width];
  return { tensor: { shape, values: Float64Array.from(rows.flat()) }, classes };
}

/** Whether a tensor may hold the figures of classes in some of so many epochs. */
export function isClassHistory({ type, shape }: TensorKind, epochs: number): boolean {
  const [held, classes, numbers] = shape;
  const isShape = isWholeNumber(held, 1, epochs) && isWholeNumber(classes, 1, MOST_CLASSES) && numbers === width;
  return type === 'F64' && shape.length === 3 && isShape;
}

/**
 * The figures of the classes by their epoch.
 *
 * @param classes the names as they were read; undefined is returned where they are none.
 */
export function readClassHistory(
  { shape, values }: FiledTensor,
  classes: JsonValue | undefined,
): ReadonlyMap<number, readonly ClassMetrics[]> | undefined {
  const [held = 0, count = 0] = shape;
  if (!isNames(classes) || classes.length !== count) return undefined;
  const found = new Map<number, readonly ClassMetrics[]>();
  for (let at = 0; at < held; at++) {
    const start = at * count * width;
    const metrics = classes.map((name, number): ClassMetrics => {
      const own = start + number * width;
      const [precision = 0, recall = 0, f1 = 0, support = 0] = values.subarray(own + 1, own + width);
      return { name, accuracy: recall, precision, recall, f1, support };
    });
    found.set(values[start] as number, metrics);
  }
  return found;
}

const isNames = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
