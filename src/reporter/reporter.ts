import type { RunEvent } from '../runner/events/run-event.ts';

/** Shows the events of a run. */
export interface Reporter {
  handle(event: RunEvent): void;
}

/** The stream that a reporter writes to: standard output, or anything like it. */
export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal, on which a line may be written over. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Whether colours are shown and wanted; a stream without it has none. */
  hasColors?(): boolean;
}
