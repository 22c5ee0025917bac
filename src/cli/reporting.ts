import { JsonReporter } from '../reporter/json-reporter.ts';
import { LinesReporter } from '../reporter/lines-reporter.ts';
import type { Reporter } from '../reporter/reporter.ts';
import { unusedMessage } from '../study/enqueued-values.ts';
import type { Emit } from '../study/run-event.ts';
import type { Study } from '../study/study.ts';
import { printLine } from './print.ts';

/** `--json`: events as NDJSON instead of lines. */
export const jsonOption = {
  type: 'boolean',
  default: false,
  describe: 'write each event as a line of JSON (NDJSON) to stdout',
} as const;

/** The reporter of a run's events: NDJSON with `--json`, lines without. */
export function reporterFor(stdout: NodeJS.WriteStream, json: boolean): Reporter {
  return json ? new JsonReporter(stdout) : new LinesReporter(stdout);
}

/** A function that reports a run's events as {@link reporterFor} does. */
export function reportTo(stdout: NodeJS.WriteStream, json: boolean): Emit {
  const reporter = reporterFor(stdout, json);
  return (event) => reporter.handle(event);
}

/** Warns on stderr of values that trials were enqueued with and could not take. */
export function warnOfUnused(study: Pick<Study, 'onUnused'>): void {
  study.onUnused((unused) => printLine(`hpo: ${unusedMessage(unused)}`, process.stderr));
}

/** Whether a user is at a terminal on which a dashboard can be drawn: not in CI (by Ink's rule), not on a dumb one. */
export function hasTerminal(): boolean {
  const { env, stdin, stdout } = process;
  const isSet = (name: string) => name in env && env[name] !== '0' && env[name] !== 'false';
  const isCi = isSet('CI') || isSet('CONTINUOUS_INTEGRATION');
  return stdin.isTTY === true && stdout.isTTY === true && !isCi && env.TERM !== 'dumb';
}
