import { type JsonValue, stringifyNamedNumbers } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import { visible } from '../text/foreign-text.ts';
import { formatNumber } from '../text/format.ts';
import { toCsv } from './csv.ts';
import { last } from './options.ts';
import { fitTable, tableLines } from './table-width.ts';
import { toYaml } from './yaml.ts';

/** `--format` of commands that print data. */
export const FORMATS = ['table', 'json', 'yaml', 'csv', 'value'] as const;
export type Format = (typeof FORMATS)[number];

const MEANINGS: Readonly<Record<Format, string>> = {
  table: 'table for people',
  json: 'json for programs',
  yaml: 'yaml',
  csv: 'csv for spreadsheets',
  value: 'value: bare values, a tab between them',
};

export const formatOption = formatOptionOf(FORMATS, 'table');

/** The option {@link formatOption} for a command that has only some of the formats. */
export function formatOptionOf<const F extends Format>(choices: readonly F[], byDefault: NoInfer<F>) {
  const meanings = choices.map((format) => MEANINGS[format]);
  return {
    choices,
    default: byDefault,
    requiresArg: true,
    coerce: (value: F | readonly F[]): F => last<F>(value),
    describe: meanings.join('; '),
  } as const;
}

/** One row of a table: values by the name of their column. */
export type Row = Readonly<Record<string, JsonValue | undefined>>;

/** The room that a table has. */
export interface TableOptions {
  /** The number of characters in a line; undefined for any number. */
  readonly width?: number | undefined;
  /** The way to see columns that did not fit. */
  readonly hint?: string;
}

/** The width of standard output; undefined where it is not a terminal. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}

/**
 * Rows as text. `table` and `csv` take their columns from all rows in the order of appearance; objects within a row
 * become columns of their own, named `params.learningRate`. A line below a table names the columns that were left out
 * because it is too wide (see {@link fitTable}).
 */
export function formatRows(rows: readonly Row[], format: Format, options: TableOptions = {}): string {
  if (format === 'json') return `${stringifyNamedNumbers(rows, 2)}\n`;
  if (format === 'yaml') return toYaml(rows);
  const flat = rows.map((row) => flatten(row));
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const cells = (show: (value: JsonValue | undefined) => string) =>
    flat.map((row) => columns.map((column) => show(ownValue(row, column))));
  if (format === 'csv') return toCsv([columns, ...cells(exact)]);
  if (format === 'value')
    return `${cells(exact)
      .map((row) => row.join('\t'))
      .join('\n')}\n`;
  const table = fitTable(columns.map(visible), cells(brief), options.width);
  const { leftOut } = table;
  const drawn = `${tableLines(table).join('\n')}\n`;
  if (leftOut.length === 0) return drawn;
  const hint = options.hint ?? '--format csv has all';
  return `${drawn}\nToo wide for this terminal: ${leftOut.join(', ')} left out; ${hint}.\n`;
}

/** One record as text: in a table a line for each of its fields, in other formats one row of {@link formatRows}. */
export function formatRecord(row: Row, format: Format): string {
  if (format === 'json') return `${stringifyNamedNumbers(row, 2)}\n`;
  if (format === 'yaml') return toYaml(row);
  if (format !== 'table') return formatRows([row], format);
  const entries = Object.entries(flatten(row));
  const width = Math.max(...entries.map(([name]) => visible(name).length));
  return entries.map(([name, value]) => `${visible(name).padEnd(width)}  ${visible(exact(value))}\n`).join('');
}

function flatten(row: Row): Row {
  const flat = new Map<string, JsonValue | undefined>();
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) flat.set(`${name}.${key}`, inner);
    } else flat.set(name, value);
  }
  return Object.fromEntries(flat); // keeps any name, `__proto__` too
}

function exact(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? stringifyNamedNumbers(value) : String(value);
}

/** A value for people: few digits, on one line. */
function brief(value: JsonValue | undefined): string {
  return typeof value === 'number' ? formatNumber(value) : visible(exact(value));
}
