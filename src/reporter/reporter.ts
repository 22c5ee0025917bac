import type { RunEvent } from '../study/run-event.ts';

/** Shows the events of a run. */
export interface Reporter {
  /**
   * Shows an event.
   * @returns a promise where the output is full, fulfilled when it takes more; {@link written} makes it.
   */
  handle(event: RunEvent): Promise<void> | void;
}

/** The events after which a full output is worth another try. */
const EVENTS = ['drain', 'error', 'close'] as const;
type OutputEvent = (typeof EVENTS)[number];

/** The stream that a reporter writes to: standard output, or anything like it. */
export interface Output {
  /** Writes a text. @returns false where the text and all that follows are kept in memory until the reader goes on. */
  write(text: string): unknown;
  once?(event: OutputEvent, listener: () => void): unknown;
  off?(event: OutputEvent, listener: () => void): unknown;
  /** Whether it is a terminal, on which a line may be written over. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Whether colours are shown and wanted; a stream without this method has none. */
  hasColors?(): boolean;
}

/** The outputs that are full, each with the promise of room. */
const full = new WeakMap<Output, Promise<void>>();

/** Writes a text. @returns a promise where the output is full, such as a pipe to a pager that nobody scrolls. */
export function written(output: Output, text: string): Promise<void> | undefined {
  if (output.write(text) !== false || output.once === undefined) return undefined;
  const known = full.get(output);
  if (known !== undefined) return known;
  const roomy = new Promise<void>((resolve) => {
    const goOn = () => {
      for (const event of EVENTS) output.off?.(event, goOn);
      full.delete(output);
      resolve();
    };
    for (const event of EVENTS) output.once?.(event, goOn);
  });
  full.set(output, roomy);
  return roomy;
}
