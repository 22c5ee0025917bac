import { JsonReporter } from '../reporter/json-reporter.ts';
import { LinesReporter } from '../reporter/lines-reporter.ts';
import type { Emit } from '../runner/run-event.ts';

/** `--json`: events as NDJSON instead of lines. */
export const jsonOption = {
  type: 'boolean',
  default: false,
  describe: 'write each event as a line of JSON (NDJSON) to stdout',
} as const;

/** Where the events of a run go: NDJSON with `--json`, else lines. */
export function reportTo(stdout: NodeJS.WriteStream, json: boolean): Emit {
  const reporter = json ? new JsonReporter(stdout) : new LinesReporter(stdout);
  return (event) => reporter.handle(event);
}
