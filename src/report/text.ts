import { visibleLines } from '../text/foreign-text.ts';
import { formatDuration, formatNumber } from '../text/format.ts';

/** A text of at most `length` characters, with dots in place of the rest. */
export function clip(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length + 2)]; // of at most two code units each, and one more
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** A number with five significant digits; very small ones have an exponent. */
export function numberText(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-3;
  return isTiny ? Number(value.toPrecision(5)).toExponential() : formatNumber(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, its hidden characters shown escaped. */
export function escapeHtml(text: string): string {
  return visibleLines(text).replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/** A duration; below a second, in milliseconds. */
export function msText(ms: number): string {
  return ms < 950 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

/** A count with a comma between thousands. */
export function countText(count: number): string {
  return count.toLocaleString('en');
}
