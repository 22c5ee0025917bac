import type { Options } from 'yargs';
import type { Order } from '../dashboard/ui-state.ts';
import type { Reporter } from '../reporter/reporter.ts';
import type { RunOptions, RunResult } from '../runner/coordinator/run-options.ts';
import { RunControl } from '../runner/events/run-control.ts';
import type { Emit } from '../study/run-event.ts';
import { ExitCode } from './exit-code.ts';
import { checkPort, openLivePage } from './live-page.ts';
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

/** `--web`: show the run in a browser. */
export const webOption = {
  type: 'boolean',
  default: false,
  describe: 'show the run on a page in a browser of this machine, and steer it there, in place of the terminal',
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
  /** Whether a page in a browser shows it, which then stands in place of the dashboard. */
  readonly web: boolean;
  /** The port of that page. */
  readonly port?: number | undefined;
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
 * Shows a run: on a page in a browser where that is asked for, on the dashboard where there is a terminal, else in lines,
 * or as NDJSON. Signals, the page and the dashboard's keys steer it, and its end sets the exit code.
 */
export async function showRun(
  { dashboard: isWanted, json, web, port, tensorboard, graceMs, exitCodeOf = runExitCode }: ShowOptions,
  run: (parts: Required<Pick<RunOptions, 'emit' | 'onOpen' | 'control'>>) => Promise<RunResult | undefined>,
): Promise<void> {
  checkPort(web, port);
  const lines = reporterFor(process.stdout, json);
  let emit: Emit = (event) => lines.handle(event);
  const { stop, interrupt, exitCode, release } = stopOnSignals((event) => emit(event), { graceMs });
  const control = new RunControl(stop);
  const onOrder = steering(control, interrupt);
  const tracker = tensorboard === undefined ? undefined : await openTracker(tensorboard, (event) => emit(event));
  const page = web ? await openLivePage(port, onOrder, json ? process.stderr : process.stdout) : undefined;
  const isOnTerminal = isWanted && !web && !json && hasTerminal();
  const dashboard = isOnTerminal ? await openDashboard(lines, onOrder) : undefined;
  if (dashboard) emit = (event) => dashboard.handle(event);
  if (page) {
    emit = (event) => {
      page.take(event);
      return lines.handle(event);
    };
  }
  const emitToAll: Emit = (event) => {
    tracker?.handle(event);
    return emit(event);
  };
  try {
    const result = await run({
      emit: emitToAll,
      onOpen: (storage, record) => {
        dashboard?.open(storage, record);
        page?.open(storage, record);
      },
      control,
    });
    const isInterrupted = result === undefined || result.reason === 'interrupted';
    const code = isInterrupted ? exitCode() : exitCodeOf(result);
    if (code !== ExitCode.done) process.exitCode = code;
  } finally {
    tracker?.close();
    await dashboard?.close();
    await page?.close();
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
async function openDashboard(lines: Reporter, onOrder: (order: Order) => void | Promise<void>) {
  const { DashboardReporter } = await loadDashboard();
  return new DashboardReporter(lines, onOrder);
}

/** Carries out what a person who watches the run orders. */
function steering(control: RunControl, interrupt: () => void) {
  return (order: Order): void | Promise<void> => {
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
  };
}
