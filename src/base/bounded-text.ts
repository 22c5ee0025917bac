/**
 * The most characters kept of a text that is not ours, wherever it goes: to the terminal, to events, to another
 * process, into the database. docs/crash-and-resume.md names these limits.
 */
export const LIMITS = Object.freeze({
  /** A line that a program or a trial's code writes, a message that it logs. */
  line: 2 ** 18,
  /** The message of a failure, which may hold a program's last lines. */
  message: 2 ** 15,
  /** A failure's stack, which repeats the message. */
  stack: 2 ** 16,
  /** One of the last lines of stderr that are kept with a failure. */
  lastLine: 1_000,
  /** The name of a failure or of a step of work, a wrong value in a message. */
  name: 200,
});

/** The end of a text that was cut. */
export const CUT = ' … (cut)';

/** A text, or its first `limit` characters and {@link CUT} where it has more. A pair of surrogates is not parted. */
export function bounded(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const isParted = /[\uD800-\uDBFF]/.test(text[limit - 1] ?? '');
  return text.slice(0, isParted ? limit - 1 : limit) + CUT;
}

/** Anything as a bounded text, even where its conversion throws: a thrown value, an argument of the wrong kind. */
export function boundedText(value: unknown, limit: number): string {
  try {
    return bounded(String(value), limit);
  } catch {
    return 'a value that cannot be shown';
  }
}
