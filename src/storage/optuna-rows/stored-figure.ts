import type { JsonValue } from '../../base/json.ts';
import type { Distribution } from '../../space/distribution.ts';
import type { TrialKey } from '../../trial/trial-key.ts';
import { attributeFromJson } from './attribute-json.ts';
import { parseDatetime } from './datetime.ts';
import { fromStoredNumber } from './stored-number.ts';

/** The figures that order trials, other than the number, whose order is that of the ids. */
export type StoredFigure = Exclude<TrialKey, { readonly by: 'number' }>;

/** A column of a row, as a database gives it. */
export type Cell = string | number | null;

/** The reader of distributions, which keeps those that it has read. */
interface Distributions {
  distribution(json: string): Distribution;
}

type ReadFigure = (first: Cell, second: Cell, distributions: Distributions) => JsonValue | undefined;

/** The place of a figure in Optuna's tables. */
export interface FigureSource {
  /** The two columns that hold it; the second is NULL where one column is enough. */
  readonly columns: string;
  /** The table of the figure's row, called `own` in a query, and the column that names it. */
  readonly table?: string;
  readonly named?: string;
  /** Reads the figure of a row whose first column is not null. */
  readonly read: ReadFigure;
}

/** The SQL for a column, by the kind of its content. */
export interface ColumnSql {
  /** A text, which may be too long to be read. */
  readonly text: (column: string) => string;
  /** A time as `parseDatetime` takes it. */
  readonly time: (column: string) => string;
}

const milliseconds = (stored: Cell) => parseDatetime(String(stored)).getTime();

/** The places of the figures in a database whose columns are read by this SQL. */
export function storedFigures({ text, time }: ColumnSql): Readonly<Record<StoredFigure['by'], FigureSource>> {
  const readNumber: ReadFigure = (type, value) => fromStoredNumber(value as number | null, String(type));
  return {
    state: { columns: `${text('state')}, NULL`, read: (state) => state },
    started: { columns: `${time('datetime_start')}, NULL`, read: milliseconds },
    duration: {
      columns: `${time('datetime_start')}, ${time('datetime_complete')}`,
      read: (start, end) => (end === null ? null : milliseconds(end) - milliseconds(start)),
    },
    value: {
      columns: `${text('value_type')}, own.value`,
      table: 'trial_values',
      named: 'objective',
      read: readNumber,
    },
    param: {
      columns: `${text('distribution_json')}, param_value`,
      table: 'trial_params',
      named: 'param_name',
      read: (json, value, distributions) => distributions.distribution(String(json)).fromInternal(value as number),
    },
    userAttr: {
      columns: `${text('value_json')}, NULL`,
      table: 'trial_user_attributes',
      named: '"key"',
      read: (json) => attributeFromJson(String(json)),
    },
    report: {
      columns: `${text('intermediate_value_type')}, intermediate_value`,
      table: 'trial_intermediate_values',
      named: 'step',
      read: readNumber,
    },
  };
}

/** The value of the column that names a figure; null for a figure of the trial's own row. */
export function figureName(figure: StoredFigure): string | number | null {
  switch (figure.by) {
    case 'value':
      return figure.objective;
    case 'report':
      return figure.step;
    case 'param':
    case 'userAttr':
      return figure.name;
    default:
      return null;
  }
}

/** A figure; undefined where there is none, or it cannot be read. Reading the trial itself then names the problem. */
export function readFigure(
  read: ReadFigure,
  [first, second]: readonly [Cell, Cell],
  distributions: Distributions,
): JsonValue | undefined {
  if (first === null) return undefined;
  try {
    return read(first, second, distributions);
  } catch {
    return undefined;
  }
}
