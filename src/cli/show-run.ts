import type { Options } from 'yargs';
import type { Reporter } from '../reporter/reporter.ts';
import type { RunOptions, RunResult } from '../runner/coordinator/run-options.ts';
import { RunControl } from '../runner/events/run-control.ts';
import type { Emit } from '../study/run-event.ts';
import { ExitCode } from './exit-code.ts';
import { loadDashboard } from './load-dashboard.ts';
import { last } from './options.ts';
import { hasTerminal, reporterFor } from './reporting.ts';
import { type StopOptions, stopOnSignals } from './stop-signals.ts';

/** `--dashboard`: show the run on the whole terminal. */
export const dashboardOption = {
  type: 'boolean',
  default: true,
  describe: 'show the run on the whole terminal, where there is one; --no-dashboard: in lines',
} as const;

/** `--tensorboard [DIR]`: write files for TensorBoard; an empty text for the folder of the study. */
export const tensorboardOption = {
  type: 'string',
  describe: 'write files for TensorBoard, into this folder if one is named (default: runs/<study>/tb)',
  coerce: (value: string | readonly string[] | undefined): string | undefined =>
    value === undefined ? undefined : last(value),
} as const satisfies Options;

/** The way to show a run. */
export interface ShowOptions extends StopOptions {
  readonly dashboard: boolean;
  readonly json: boolean;
  /** The folder for files of TensorBoard, empty for that of the study; none are written where it is left out. */
  readonly tensorboard?: string | undefined;
  /** The exit code of a run that was not interrupted. Default: {@link runExitCode}. */
  readonly exitCodeOf?: ((result: RunResult) => number) | undefined;
}

/** The exit code of `hpo run`, unless it was interrupted. */
function runExitCode({ reason, counts }: RunResult): number {
  return reason === 'failing' || counts.complete === 0 ? ExitCode.failed : ExitCode.done;
}

/**
 * Shows a run: on the dashboard where there is a terminal, else in lines, or as NDJSON. Signals and the dashboard's
 * keys steer it, and its end sets the exit code.
 */
export async function showRun(
  { dashboard: isWanted, json, tensorboard, graceMs, exitCodeOf = runExitCode }: ShowOptions,
  run: (parts: Required<Pick<RunOptions, 'emit' | 'onOpen' | 'control'>>) => Promise<RunResult | undefined>,
): Promise<void> {
  const lines = reporterFor(process.stdout, json);
  let emit: Emit = (event) => lines.handle(event);
  const { stop, interrupt, exitCode, release } = stopOnSignals((event) => emit(event), { graceMs });
  const control = new RunControl(stop);
  const dashboard = isWanted && !json && hasTerminal() ? await openDashboard(lines, control, interrupt) : undefined;
  if (dashboard) emit = (event) => dashboard.handle(event);
  const tracker = tensorboard === undefined ? undefined : await openTracker(tensorboard, (event) => emit(event));
  const emitToAll: Emit = (event) => {
    tracker?.handle(event);
    return emit(event);
  };
  try {
    const result = await run({
      emit: emitToAll,
      onOpen: (storage, record) => dashboard?.open(storage, record),
      control,
    });
    const isInterrupted = result === undefined || result.reason === 'interrupted';
    const code = isInterrupted ? exitCode() : exitCodeOf(result);
    if (code !== ExitCode.done) process.exitCode = code;
  } finally {
    tracker?.close();
    await dashboard?.close();
    release();
  }
}

/** The files for TensorBoard of a run. @param folder empty for that of the study. */
async function openTracker(folder: string, emit: Emit) {
  const { TensorBoard } = await import('../tracking/index.ts');
  const warn = (message: string) => void emit({ type: 'warning', message });
  return new TensorBoard({ ...(folder !== '' && { folder }), warn });
}

/** A dashboard whose keys steer the run. */
async function openDashboard(lines: Reporter, control: RunControl, interrupt: () => void) {
  const { DashboardReporter } = await loadDashboard();
  return new DashboardReporter(lines, (order) => {
    switch (order.type) {
      case 'prune':
        return control.prune(order.trial);
      case 'pause':
        return control.pause(order.paused);
      case 'target':
        return control.setTarget(order.target);
      case 'export':
        return control.writeBest();
      case 'interrupt':
      case 'quit':
        return interrupt();
    }
  });
}
