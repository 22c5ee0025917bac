import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Text of ASCII, blocks and braille, whose characters all take one column. Most text is of this kind. */
const PLAIN = /^[ -~\u2500-\u259f\u2800-\u28ff]*$/;

/** The number of columns of a terminal that a text takes: two for an emoji or a Chinese character. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The characters of a text as people see them. */
export function graphemesOf(text: string): readonly string[] {
  return PLAIN.test(text) ? text.split('') : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The first characters of a text, as many as a width has room for. */
export function graphemesWithin(graphemes: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let left = width;
  for (const grapheme of graphemes) {
    left -= textWidth(grapheme);
    if (left < 0) break;
    kept.push(grapheme);
  }
  return kept;
}
