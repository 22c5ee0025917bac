import { cut, type Line, pad, type Span, span, widthOf } from './line.ts';

/** A column of a table on the screen. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right of their column. */
  readonly right?: boolean;
}

const GAP = 2;

/**
 * Rows under a head, each column as wide as what it shows, as many columns as the width takes: what does not fit any
 * more is cut.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Span[])[], width: number): Line[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf([span(title)]), ...rows.map((row) => widthOf(row[at] ? [row[at]] : []))),
  );
  const lay = (cells: readonly Span[]): Line => {
    const spans = columns.flatMap(({ right }, at) => {
      const cell: Line = cells[at] ? [cells[at]] : [];
      const room = widths[at] as number;
      const space = span(' '.repeat(Math.max(0, room - widthOf(cell))));
      const gap = span(' '.repeat(at < columns.length - 1 ? GAP : 0));
      return right ? [space, ...cell, gap] : [...pad(cell, room), gap];
    });
    return cut(spans, width);
  };
  const head = lay(columns.map(({ title }) => span(title, { dim: true })));
  return [head, ...rows.map(lay)];
}
