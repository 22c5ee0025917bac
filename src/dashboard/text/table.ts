import { cut, type Line, pad, type Span, span, widthOf } from './line.ts';

/** A column of a table on the screen. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right of their column. */
  readonly right?: boolean;
  /** Its cells, from the first row to the last. */
  readonly cells: readonly Span[];
}

/** The gap between two columns. */
export const GAP = 2;

/** Rows under a head, each column as wide as its widest text. Columns that the width has no room for are cut. */
export function table(columns: readonly Column[], width: number): Line[] {
  const widths = columns.map(columnWidth);
  const lay = (cells: readonly (Span | undefined)[]): Line => {
    const spans = columns.flatMap(({ right }, at) => {
      const cell: Line = cells[at] ? [cells[at]] : [];
      const room = widths[at] as number;
      const space = span(' '.repeat(Math.max(0, room - widthOf(cell))));
      const gap = span(' '.repeat(at < columns.length - 1 ? GAP : 0));
      return right ? [space, ...cell, gap] : [...pad(cell, room), gap];
    });
    return cut(spans, width);
  };
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const head = lay(columns.map(({ title }) => span(title, { dim: true })));
  return [head, ...Array.from({ length: rows }, (_, row) => lay(columns.map(({ cells }) => cells[row])))];
}

/** The width of the columns beside each other. */
export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), GAP * Math.max(0, columns.length - 1));
}

function columnWidth({ title, cells }: Column): number {
  return Math.max(widthOf([span(title)]), ...cells.map((cell) => widthOf([cell])));
}

/** A cell of at most `width` columns. */
export function cell(text: string, width: number): Span {
  return cut([span(text)], width)[0] ?? span('');
}
