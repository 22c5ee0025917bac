import type { Readable } from 'node:stream';

/** Longer lines are cut, so that a program that never ends its line costs no memory. */
export const LONGEST_LINE = 2 ** 18;

/** The end of a line that was cut. */
export const CUT = ' … (cut)';

/**
 * Calls `take` with each line of a stream, one after the other: no more is read while it is busy, so that a program
 * that writes faster than its lines are taken has to wait. Of a line that was overwritten (a progress bar's carriage
 * returns) only what is seen last is taken; lines beyond {@link LONGEST_LINE} characters are cut; a last line needs no
 * end. Returns when the stream has ended or was destroyed.
 */
export async function eachLine(stream: Readable, take: (line: string) => Promise<void>): Promise<void> {
  let rest = '';
  let cut = false;
  const end = async (text: string) => {
    const line = lastWritten(rest + text);
    const isCut = cut || line.length > LONGEST_LINE;
    rest = '';
    cut = false;
    await take(isCut ? line.slice(0, LONGEST_LINE) + CUT : line);
  };
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const pieces = chunk.split('\n');
      const last = pieces.pop() ?? '';
      for (const piece of pieces) await end(piece);
      const open = lastWritten(rest + last, true);
      cut ||= open.length > LONGEST_LINE;
      rest = open.slice(0, LONGEST_LINE);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  if (rest !== '') await end('');
}

/** The text after the last carriage return; one at the very end belongs to the end of the line. */
function lastWritten(line: string, isOpen = false): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf('\r') + 1) + (isOpen && text !== line ? '\r' : '');
}

/** The last lines of a program's stderr, for the message of its failure. */
export class LastLines {
  static readonly #LONGEST = 1_000;
  readonly #count: number;
  readonly #lines: string[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  add(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(line.length > LastLines.#LONGEST ? line.slice(0, LastLines.#LONGEST) + CUT : line);
    if (this.#lines.length > this.#count) this.#lines.shift();
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
