import { join } from 'node:path';
import { type JsonValue, namedNumber } from '../base/json.ts';
import { readJson, readResult, resultsFolder } from '../runner/results.ts';
import { arrayOf, objectOf } from './foreign-json.ts';
import { facts } from './gather.ts';
import { readInsight } from './insight.ts';
import type { History, RecognisedClass, Retrained } from './report-data.ts';

/**
 * Reads the results of a study's last retraining from `runs/<study>/retrain/`; null if there are none, or they are
 * another study's. A study may write anything there: figures and files in other forms than those of `hpo/tfjs` are left
 * out.
 *
 * @param pictures whether to read the pictures of its insight, too.
 */
export function readRetrained(
  study: string,
  folder = join(resultsFolder(study), 'retrain'),
  pictures = true,
): Retrained | null {
  const { configuration, elapsedMs, metrics } = objectOf(readJson(join(folder, 'metrics.json')));
  const { study: trained, trial, settings } = objectOf(configuration);
  if (trained !== study) return null;
  const figures = objectOf(metrics);
  const classes = arrayOf(figures.perClass).slice(0, MOST_CLASSES).map(classOf);
  const confusion = arrayOf(figures.confusion)
    .slice(0, MOST_CLASSES)
    .map((row) => arrayOf(row).slice(0, MOST_CLASSES).map(namedNumber));
  const isSquare = confusion.length === classes.length && confusion.every(({ length }) => length === classes.length);
  return {
    trial: typeof trial === 'number' ? trial : null,
    elapsedMs: typeof elapsedMs === 'number' ? elapsedMs : null,
    settings: facts(objectOf(settings)),
    metrics: Object.entries(figures).flatMap(([name, value]) => (isNumber(value) ? [[name, namedNumber(value)]] : [])),
    classes,
    confusion: isSquare ? confusion : [],
    history: readHistory(join(folder, 'history.csv')),
    insight: readInsight(folder, pictures),
  };
}

function classOf(value: JsonValue): RecognisedClass {
  const { name, accuracy, precision, f1, support } = objectOf(value);
  return {
    name: typeof name === 'string' ? name : '',
    accuracy: namedNumber(accuracy),
    precision: namedNumber(precision),
    f1: namedNumber(f1),
    support: namedNumber(support),
  };
}

/** The most columns and rows of a history that are read, and the most rows and columns of a confusion matrix. */
const MOST_COLUMNS = 100;
const MOST_ROWS = 100_000;
const MOST_CLASSES = 1_000;

/** Reads columns of numbers under a line of names without quotes, as `saveTraining` of `hpo/tfjs` writes them. */
function readHistory(file: string): History | null {
  const lines = readResult(file)?.trim().split(/\r?\n/, MOST_ROWS);
  if (lines === undefined) return null;
  const [head = '', ...rows] = lines;
  const columns = head.split(',', MOST_COLUMNS);
  const cells = rows.map((row) => row.split(',', MOST_COLUMNS));
  return { columns, rows: cells.map((row) => columns.map((_, at) => cellNumber(row[at]))) };
}

function cellNumber(cell: string | undefined): number {
  return cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell);
}

function isNumber(value: JsonValue | undefined): boolean {
  return typeof value === 'number' || value === 'NaN' || !Number.isNaN(namedNumber(value));
}
