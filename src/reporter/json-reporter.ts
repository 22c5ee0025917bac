import { stringifyNamedNumbers } from '../base/json.ts';
import type { RunEvent } from '../study/run-event.ts';
import { visible } from '../text/foreign-text.ts';
import { type Output, type Reporter, written } from './reporter.ts';

/**
 * Writes each event as one JSON object on a line (NDJSON): `time`, an ISO time in UTC, then the event's fields. Numbers
 * that JSON has no notation for are the strings `NaN`, `Infinity` and `-Infinity`, so that any parser reads the lines.
 * Hidden characters are escaped, which any parser undoes.
 */
export class JsonReporter implements Reporter {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  handle(event: RunEvent): Promise<void> | undefined {
    const line = { time: new Date().toISOString(), ...event };
    return written(this.#output, `${visible(stringifyNamedNumbers(line))}\n`);
  }
}
