import { graphemesOf, textWidth } from '../../text/columns.ts';
import { dotted } from '../../text/foreign-text.ts';

/** The look of a piece of text; colours are the terminal's own sixteen. */
export interface Style {
  readonly color?: 'green' | 'yellow' | 'red' | 'cyan' | 'magenta' | 'blue' | 'gray';
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

/** A piece of a line in one style. */
export interface Span extends Style {
  readonly text: string;
}

/** A line of the screen, from left to right. */
export type Line = readonly Span[];

/** A piece of text from any source, as {@link dotted} shows it. */
export function span(text: string, style: Style = {}): Span {
  return { text: dotted(text), ...style };
}

export function line(...pieces: readonly (Span | string)[]): Line {
  return pieces.map((piece) => (typeof piece === 'string' ? span(piece) : piece));
}

/** The number of columns of the terminal that a line takes: two for an emoji or a Chinese character. */
export function widthOf(content: Line): number {
  return content.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** The line cut to a width, with `…` at its end where something is missing. */
export function cut(content: Line, width: number): Line {
  if (widthOf(content) <= width) return content;
  const kept: Span[] = [];
  let left = width - 1;
  for (const piece of content) {
    let text = '';
    for (const segment of graphemesOf(piece.text)) {
      const columns = textWidth(segment);
      if (columns > left) return width < 1 ? [] : [...kept, { ...piece, text: `${text}…` }];
      left -= columns;
      text += segment;
    }
    kept.push({ ...piece, text });
  }
  return kept;
}

/** The line cut or filled with spaces to exactly a width. */
export function pad(content: Line, width: number): Line {
  const short = cut(content, width);
  const missing = width - widthOf(short);
  return missing > 0 ? [...short, span(' '.repeat(missing))] : short;
}

/** Text to the left and to the right of one line, at least a space between them; the left one is cut first. */
export function justify(left: Line, right: Line, width: number): Line {
  const end = cut(right, width);
  return [...pad(left, width - widthOf(end) - 1), span(' '), ...end];
}

/** Two blocks of lines side by side. */
export function beside(left: readonly Line[], leftWidth: number, right: readonly Line[]): Line[] {
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, row) => [...pad(left[row] ?? [], leftWidth), ...(right[row] ?? [])]);
}
