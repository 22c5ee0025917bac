import type { RunEvent } from '../runner/events/run-event.ts';
import { type Output, type Reporter, written } from './reporter.ts';

/**
 * One JSON object a line for each event (NDJSON): the event's fields after `time`, an ISO time in UTC. Numbers that
 * JSON has no notation for are the strings `NaN`, `Infinity` and `-Infinity`, so that any parser reads the lines.
 */
export class JsonReporter implements Reporter {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  handle(event: RunEvent): Promise<void> | undefined {
    const line = { time: new Date().toISOString(), ...event };
    const json = JSON.stringify(line, (_key, value: unknown) => (isOutside(value) ? String(value) : value));
    return written(this.#output, `${json}\n`);
  }
}

function isOutside(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}
