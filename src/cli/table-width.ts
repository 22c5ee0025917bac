import { graphemesOf, graphemesWithin, textWidth } from '../text/columns.ts';
import { shortNames } from '../text/short-names.ts';

/** The gap between two columns of a table. */
const GAP = 2;
/** The number of characters that a long text is cut to in a table that is too wide. */
const LONGEST = 30;

/** The number of characters that the name of a column is cut to, so that it does not displace the values of others. */
const LONGEST_HEAD = 20;

/** The columns of a table that fit. */
export interface FittingTable {
  readonly fitting: readonly string[];
  readonly texts: readonly (readonly string[])[];
  /** The width of each fitting column, in columns of the terminal. */
  readonly widths: readonly number[];
  /** The columns that do not fit. */
  readonly leftOut: readonly string[];
}

/**
 * Makes a table fit a width: heads parameters by their bare names, shortens long names and texts, then leaves out
 * columns from the last one on; the first one stays.
 * @param width undefined for an unlimited one.
 */
export function fitTable(
  columns: readonly string[],
  texts: readonly (readonly string[])[],
  width: number | undefined,
): FittingTable {
  const inside = columnWidths(texts, columns.length);
  const widths = withHeads(inside, columns);
  if (width === undefined || tableWidth(widths) <= width) return { fitting: columns, texts, widths, leftOut: [] };
  const bare = bareNames(columns);
  const headed = withHeads(inside, bare);
  if (tableWidth(headed) <= width) return { fitting: bare, texts, widths: headed, leftOut: [] };
  const heads = shortNames(bare, LONGEST_HEAD);
  const cut = texts.map((row) => row.map((text) => cutTo(LONGEST, text)));
  const narrow = withHeads(
    inside.map((each) => Math.min(each, LONGEST)),
    heads,
  );
  let count = columns.length;
  while (count > 1 && tableWidth(narrow.slice(0, count)) > width) count--;
  const first = <T>(row: readonly T[]) => row.slice(0, count);
  return { fitting: first(heads), texts: cut.map(first), widths: first(narrow), leftOut: columns.slice(count) };
}

/** Turns `params.learningRate` into `learningRate`, unless that is a column, too. */
function bareNames(columns: readonly string[]): readonly string[] {
  return columns.map((column) => {
    const bare = column.replace(/^params\./, '');
    return columns.includes(bare) ? column : bare;
  });
}

/** The widest text of each column. */
function columnWidths(texts: FittingTable['texts'], count: number): readonly number[] {
  const widths = new Array<number>(count).fill(0);
  for (const row of texts) {
    for (let at = 0; at < count; at++) widths[at] = Math.max(widths[at] as number, textWidth(row[at] ?? ''));
  }
  return widths;
}

function withHeads(widths: readonly number[], heads: readonly string[]): readonly number[] {
  return widths.map((width, at) => Math.max(width, textWidth(heads[at] ?? '')));
}

function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
}

/** A table's lines, the heads first: texts beside each other, the columns {@link GAP} apart. */
export function tableLines({ fitting, texts, widths }: FittingTable): readonly string[] {
  const line = (row: readonly string[]) =>
    row
      .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - textWidth(text) + GAP))
      .join('')
      .trimEnd();
  return [line(fitting), ...texts.map(line)];
}

function cutTo(most: number, text: string): string {
  if (textWidth(text) <= most) return text;
  return `${graphemesWithin(graphemesOf(text), most - 1).join('')}…`;
}
