import { shortNames } from '../text/short-names.ts';

/** The gap between two columns of a table. */
const GAP = 2;
/** To how many characters a long text is cut in a table that is too wide. */
const LONGEST = 30;

/** To how many the name of a column is, so that it does not hide the values of others. */
const LONGEST_HEAD = 20;

/** The columns of a table that fit. */
export interface FittingTable {
  readonly fitting: readonly string[];
  readonly texts: readonly (readonly string[])[];
  /** The columns that do not. */
  readonly leftOut: readonly string[];
}

/**
 * Makes a table fit a width: heads parameters by their bare names, shortens long names and texts, then leaves out columns from the
 * last one on; the first one stays.
 * @param width undefined for one without end.
 */
export function fitTable(
  columns: readonly string[],
  texts: readonly (readonly string[])[],
  width: number | undefined,
): FittingTable {
  if (width === undefined || tableWidth(columns, texts) <= width) return { fitting: columns, texts, leftOut: [] };
  const bare = bareNames(columns);
  if (tableWidth(bare, texts) <= width) return { fitting: bare, texts, leftOut: [] };
  const heads = shortNames(bare, LONGEST_HEAD);
  const cut = texts.map((row) => row.map((text) => cutTo(LONGEST, text)));
  let count = columns.length;
  const first = (row: readonly string[]) => row.slice(0, count);
  while (count > 1 && tableWidth(first(heads), cut.map(first)) > width) count--;
  return { fitting: first(heads), texts: cut.map(first), leftOut: columns.slice(count) };
}

/** `params.learningRate` as `learningRate`, unless that is a column too. */
function bareNames(columns: readonly string[]): readonly string[] {
  return columns.map((column) => {
    const bare = column.replace(/^params\./, '');
    return columns.includes(bare) ? column : bare;
  });
}

function tableWidth(columns: readonly string[], texts: readonly (readonly string[])[]): number {
  const widths = columns.map((column, at) => Math.max(...[column, ...texts.map((row) => row[at] ?? '')].map(widthOf)));
  return widths.reduce((sum, each) => sum + each, GAP * (columns.length - 1));
}

function cutTo(most: number, text: string): string {
  return widthOf(text) <= most ? text : `${[...text].slice(0, most - 1).join('')}…`;
}

const WIDE = /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

/** About how many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}
