import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { bounded, LIMITS } from '../base/bounded-text.ts';

/** The silence after which output that another process still holds open is given up. */
const SILENCE_MS = 1_000;

/**
 * Calls `take` with each line of a stream, one after the other. Nothing more is read while `take` is busy, so a program
 * that writes faster than its lines are taken has to wait. An overwritten line (a progress bar's carriage returns) is
 * taken as it is seen last; a line that is too long is cut before it has ended; a last line needs no end. Resolves when
 * the stream has ended or was destroyed.
 */
export async function eachLine(stream: Readable, take: (line: string) => Promise<void>): Promise<void> {
  let rest = '';
  const end = async (text: string) => {
    const line = lastWritten(rest + text);
    rest = '';
    await take(bounded(line, LIMITS.line));
  };
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const pieces = chunk.split('\n');
      const last = pieces.pop() ?? '';
      for (const piece of pieces) await end(piece);
      rest = lastWritten(rest + last, true).slice(0, LIMITS.line + 1); // one more character shows that it is to be cut
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

/**
 * Waits until the output of a process that has ended is read: to its end, or until another process that still holds the
 * pipe has been silent for a while, or `atMostMs` have passed.
 */
export async function drained(
  streams: readonly Readable[],
  reading: Promise<unknown>,
  atMostMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const bytes = () => streams.map((stream) => (stream as Readable & { bytesRead?: number }).bytesRead).join();
  let isRead = false;
  const read = reading.finally(() => {
    isRead = true;
  });
  let before = bytes();
  for (let waited = 0; !isRead; waited += SILENCE_MS) {
    const over = new AbortController();
    await Promise.race([read, sleep(SILENCE_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    const now = bytes();
    // A busy reader has stopped the flow itself.
    const isSilent = now === before && streams.every((stream) => stream.readableLength === 0);
    before = now;
    if (!isSilent && waited + SILENCE_MS < atMostMs) continue;
    for (const stream of streams) stream.destroy();
    if (waited + SILENCE_MS >= atMostMs) return;
  }
}

/** The last lines that a process wrote to stderr, as its failure keeps them. */
export class LastLines {
  readonly #count: number;
  readonly #lines: string[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  add(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(bounded(line, LIMITS.lastLine));
    if (this.#lines.length > this.#count) this.#lines.shift();
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
