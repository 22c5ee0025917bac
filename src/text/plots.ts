import { magnitudeOf } from '../math/magnitude.ts';
import { formatNumber } from './format.ts';

/** Numbers as a row of blocks from the least to the greatest; the newest ones where there is no room for all. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const shareOf = shareBetween(shown);
  const blocks = '▁▂▃▄▅▆▇█';
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      const share = shareOf(value) ?? 0;
      return blocks[Math.min(Math.floor(share * blocks.length), blocks.length - 1)] as string;
    })
    .join('');
}

/** Numbers as a row of blocks that shows the whole curve: evenly spread ones of them where there is no room for all. */
export function curve(values: readonly number[], width: number): string {
  if (values.length <= width) return sparkline(values, width);
  const every = (values.length - 1) / Math.max(1, width - 1);
  const spread = Array.from({ length: width }, (_, at) => values[Math.round(at * every)] as number);
  return sparkline(spread, width);
}

/**
 * A plot of steps in braille dots, two columns and four rows of them to a character: the values of evenly spread
 * places, joined by upright lines. Infinite values leave gaps.
 *
 * @returns `height` rows of `width` characters, the greatest value at the top.
 */
export function stepPlot(values: readonly number[], width: number, height: number): string[] {
  const columns = width * 2;
  const rows = height * 4;
  const shareOf = shareBetween(values);
  const rowOf = (value: number) => Math.round((1 - (shareOf(value) ?? 0.5)) * (rows - 1));
  const dots = Array.from({ length: height }, () => new Uint8Array(width));
  const dot = (x: number, y: number) => {
    const cells = dots[y >> 2] as Uint8Array;
    const bit = [
      [0x01, 0x08],
      [0x02, 0x10],
      [0x04, 0x20],
      [0x40, 0x80],
    ][y & 3]?.[x & 1] as number;
    cells[x >> 1] = (cells[x >> 1] as number) | bit;
  };
  let former: number | undefined;
  for (let x = 0; x < columns && values.length > 0; x++) {
    const value = values[Math.floor((x * values.length) / columns)] as number;
    if (!Number.isFinite(value)) {
      former = undefined;
      continue;
    }
    const row = rowOf(value);
    const [from, to] = [Math.min(row, former ?? row), Math.max(row, former ?? row)];
    for (let y = from; y <= to; y++) dot(x, y);
    former = row;
  }
  return dots.map((cells) => String.fromCodePoint(...Array.from(cells, (cell) => 0x2800 + cell)));
}

/**
 * Returns the place of a value between the least and the greatest finite one, from 0 to 1; undefined where these are
 * equal.
 */
function shareBetween(values: readonly number[]): (value: number) => number | undefined {
  const { low, high } = rangeOf(values);
  if (!(low < high)) return () => undefined;
  const magnitude = magnitudeOf([low, high]);
  const [from, to] = [low / magnitude, high / magnitude];
  return (value) => (value / magnitude - from) / (to - from);
}

/** The least and the greatest of any number of numbers, those that are finite. */
function rangeOf(values: readonly number[]): {
  readonly low: number;
  readonly high: number;
  readonly isEmpty: boolean;
} {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high, isEmpty: low > high };
}

/** A row of a plot, and the label before it. */
export interface PlotRow {
  readonly label: string;
  readonly dots: string;
}

/**
 * A plot as {@link stepPlot} makes it, with the greatest and the least value before the first and the last row. It has
 * a single row where all values are the same, and none where no value is finite.
 *
 * @param width with the labels, which are all of one width and end in a space.
 */
export function labelledPlot(values: readonly number[], width: number, height: number): readonly PlotRow[] {
  const { low: least, high: greatest, isEmpty } = rangeOf(values);
  if (isEmpty) return [];
  const [low, high] = [formatNumber(least), formatNumber(greatest)];
  const scale = Math.max(low.length, high.length);
  const rows = stepPlot(values, Math.max(1, width - scale - 1), least < greatest ? Math.max(1, height) : 1);
  const labelAt = (at: number) => (at === 0 ? high : at === rows.length - 1 ? low : '');
  return rows.map((dots, at) => ({ label: `${labelAt(at).padStart(scale)} `, dots }));
}
