import { VERSION } from '../base/version.ts';
import type { Settings } from '../study/definition/definition.ts';
import type { RunEvent } from '../study/run-event.ts';
import { listTrials } from '../study/stored-study.ts';
import type { Failure } from '../study/trial/outcome.ts';
import { causeLine } from '../text/cause.ts';
import { programLines, visible } from '../text/foreign-text.ts';
import { formatDuration, formatNumber, formatTime, formatValues } from '../text/format.ts';
import { curve } from '../text/plots.ts';
import { noticeText, pauseText, retrainingText } from './notice.ts';
import { ProgressLine } from './progress-line.ts';
import { type Output, type Reporter, written } from './reporter.ts';
import { RunProgress } from './run-progress.ts';

/** The least time between two reports of one trial that are both written. */
const LEAST_MS_BETWEEN_REPORTS = 1_000;

/** The most characters that the curve of a finished trial takes. */
const CURVE_WIDTH = 12;

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** Writes a line for each event, with the time it happened: for terminals, logs and pipes. */
export class LinesReporter implements Reporter {
  readonly #output: Output;
  readonly #progress = new RunProgress();
  readonly #bar: ProgressLine;
  readonly #reportedAt = new Map<number, number>();
  /** The settings of the run's trials. */
  #settings: Settings = {};
  /** The values that the running trials have reported. */
  readonly #reports = new Map<number, number[]>();

  constructor(output: Output) {
    this.#output = output;
    this.#bar = new ProgressLine(output);
  }

  handle(event: RunEvent): Promise<void> | undefined {
    this.#progress.take(event);
    if (event.type === 'progress') {
      this.#bar.show(event.progress, `${formatTime(new Date())}  `);
      return undefined;
    }
    const lines = event.type === 'log' ? this.#logLines(event) : this.#linesOf(event).map(visible);
    if (lines.length === 0) return undefined;
    this.#bar.clear();
    return written(this.#output, lines.map((each) => `${each}\n`).join(''));
  }

  #logLines({ trial, phase, text }: EventOf<'log'>): readonly string[] {
    const from = phase === 'trial' && trial !== undefined ? trialName(trial) : phase.padEnd(9);
    const hasColors = this.#output.hasColors?.() ?? false;
    return programLines(text, hasColors).map((each) => timed(`${from}  | ${each}`));
  }

  #linesOf(event: Exclude<RunEvent, { type: 'progress' | 'log' }>): readonly string[] {
    switch (event.type) {
      case 'run-started':
        this.#settings = event.settings;
        return header(event);
      case 'trial-started':
        this.#reports.set(event.trial, []);
        return trialLine(event.trial, 'started', beginning(event, this.#settings) + formatValues(event.params));
      case 'trial-reported':
        return this.#report(event);
      case 'trial-finished':
        return this.#finished(event);
      case 'trial-requeued':
        return trialLine(
          event.trial,
          'waiting',
          `to be run again: its ${event.reason === 'stopped' ? 'run was stopped' : 'process is gone'}`,
        );
      case 'trial-paused':
        return trialLine(event.trial, 'waiting', pauseText(event));
      case 'trial-given-up':
        return trialLine(event.trial, 'FAIL', causeLine(event.failure));
      case 'trial-lost':
        return trialLine(event.trial, 'lost', event.reason);
      case 'retrain-started':
        return line(`${retrainingText(event)}  ${formatValues(event.settings)}`);
      case 'retrain-finished':
        return line(`retrained in ${formatDuration(event.elapsedMs)}  ${summary(event.metrics)}  → ${event.folder}`);
      case 'worker-died':
      case 'sampler-note':
      case 'warning':
      case 'waiting':
      case 'best-written':
      case 'concluded-elsewhere':
      case 'retrain-skipped':
        return line(noticeText(event));
      case 'stopping':
        return line(stoppingText(event));
      case 'paused':
        return line(event.paused ? 'paused: no further trial starts' : 'goes on');
      case 'target-changed':
        return line(
          `the target is ${event.target} finished trials now${event.former === undefined ? '' : `; it was ${event.former}`}`,
        );
      case 'prune-asked':
        return trialLine(event.trial, 'to prune', 'by order, when it next asks');
      case 'run-finished':
        return end(event);
      case 'worker-started':
      case 'gpu-usage':
        return [];
    }
  }

  #report({ trial, step, value, metrics = {} }: EventOf<'trial-reported'>): readonly string[] {
    this.#reports.get(trial)?.push(value);
    const now = performance.now();
    if (now - (this.#reportedAt.get(trial) ?? Number.NEGATIVE_INFINITY) < LEAST_MS_BETWEEN_REPORTS) return [];
    this.#reportedAt.set(trial, now);
    return trialLine(trial, `step ${step}`, `${formatNumber(value)}  ${formatValues(metrics)}`.trimEnd());
  }

  #finished(event: EventOf<'trial-finished'>): readonly string[] {
    this.#reportedAt.delete(event.trial);
    const reports = this.#reports.get(event.trial) ?? [];
    this.#reports.delete(event.trial);
    const { finished, target, remainingMs } = this.#progress;
    const value = event.values?.map(formatNumber).join(', ') ?? '';
    const parts = [
      value,
      event.repeats === undefined ? '' : `as trial ${event.repeats}, which has the same parameters`,
      event.failure === undefined ? '' : causeLine(event.failure),
      `${formatDuration(event.elapsedMs)}`,
      reports.length > 1 ? curve(reports, CURVE_WIDTH) : '',
      event.isBest ? 'best so far' : '',
      `[${finished}/${target}${remainingMs ? `, about ${formatDuration(remainingMs)} to go` : ''}]`,
    ];
    return trialLine(event.trial, event.state, parts.filter(Boolean).join('  '));
  }
}

function header(event: EventOf<'run-started'>): readonly string[] {
  const { directions, device, profile, profileFrom, settings, counts } = event;
  const finished = counts.complete + counts.pruned + counts.failed;
  const origin = {
    flag: 'named',
    study: 'kept with the study',
    device: `the default on a ${device?.kind.toUpperCase() ?? 'CPU'}`,
  };
  const rows: [string, string][] = [
    [
      'study',
      `${directions.join(', ')} with ${event.sampler}${naming('sampler', event.samplerFrom)}, pruner ${event.pruner}${naming('pruner', event.prunerFrom)}, seed ${event.seed}`,
    ],
    ['storage', `${event.storage}${event.continued ? ` (continued, ${finished} finished so far)` : ''}`],
    [
      'workers',
      `${event.workers}${device === undefined ? '' : ` on ${device.description}`}${event.workersReason === undefined ? '' : ` (${event.workersReason})`}`,
    ],
  ];
  if (profile !== undefined && profileFrom !== undefined) rows.push(['profile', `${profile} (${origin[profileFrom]})`]);
  if (Object.keys(settings).length > 0) rows.push(['settings', formatValues(settings)]);
  const isWorker = event.role === 'worker';
  const whose = isWorker ? ' of all processes together' : '';
  const kept = event.targetFrom === 'study' ? ' (kept with the study; --trials changes it)' : '';
  const results = isWorker ? '' : `; results in ${event.folder}`;
  rows.push(['target', `${event.target} finished trials${whose}${kept}${results}`]);
  const title = isWorker ? `worker of ${event.study}, ${event.process}` : event.study;
  return [`hpo ${VERSION}  ${title}`, ...rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`), ''];
}

/** The way in which a run stops before its study is finished. */
function stoppingText({ how, graceMs, reason }: EventOf<'stopping'>): string {
  const what = reason === 'timeout' ? 'time is up' : 'stopping';
  if (how === 'abort') return `${what}${reason === undefined ? ' now' : ''}; running trials are handed back`;
  const twice = 'once more (Ctrl-C) hands them back at once';
  if (graceMs === undefined) return `${what} when the running trials are done; ${twice}`;
  return `${what}; the running trials are handed back after ${formatDuration(graceMs)} unless they are done; ${twice}`;
}

/** The origin of a sampler or a pruner that was named on a command line, to stand behind its name. */
function naming(part: 'sampler' | 'pruner', from: EventOf<'run-started'>['samplerFrom']): string {
  if (from === undefined) return '';
  return from === 'flag' ? ' (named)' : ` (named in an earlier run; --${part} study takes that of the file)`;
}

/** A failure in several lines: its stack, which begins with the message, and its stderr. */
function inFull({ name, message, stack, stderr }: Failure): readonly string[] {
  if (stderr === undefined && stack !== undefined) return stack.split('\n');
  const words = stderr === undefined ? [] : programLines(stderr, false);
  return [...`${name}: ${message}`.split('\n'), ...words];
}

function end({ reason, failure, stopped, counts, best, front, elapsedMs }: EventOf<'run-finished'>): readonly string[] {
  const why = {
    done: 'done',
    timeout: 'time is up',
    'max-trials': 'ended by --max-trials',
    interrupted: 'interrupted',
    failing: 'stopped, because trials fail in a row for the same reason,',
    spent: 'done, since the sampler has nothing left to try,',
    stopped: 'done, since a rule of the study has ended it,',
  }[reason];
  const { complete, pruned, failed } = counts;
  return [
    '',
    `${why} after ${formatDuration(elapsedMs)}: ${complete} complete, ${pruned} pruned, ${failed} failed`,
    ...(failure === undefined ? [] : inFull(failure)),
    ...(stopped === undefined ? [] : [stopped.message]),
    ...(reason === 'done' || reason === 'spent' || reason === 'stopped' ? [] : ['the same command goes on from here']),
    ...(best === undefined
      ? []
      : [`best is trial ${best.trial}: ${formatNumber(best.value)}`, `  ${formatValues(best.params)}`]),
    ...(front.length === 0
      ? []
      : [
          `on the Pareto front ${front.length === 1 ? 'is 1 trial' : `are ${front.length} trials`}: ${listTrials(front)}; \`hpo best\` shows ${front.length === 1 ? 'it' : 'them'}`,
        ]),
  ];
}

function trialLine(number: number, what: string, text: string): readonly string[] {
  return line(`${trialName(number)}  ${what.padEnd(8)}  ${text}`);
}

function line(text: string): readonly string[] {
  return [timed(text)];
}

function timed(text: string): string {
  return `${formatTime(new Date())}  ${text}`;
}

function trialName(number: number): string {
  return `trial ${String(number).padEnd(3)}`;
}

/**
 * The way in which a trial does not simply begin: `(attempt 2, after step 5) `.
 * @param ofStudy the settings of the other trials.
 */
function beginning({ attempt, afterStep, continues, settings }: EventOf<'trial-started'>, ofStudy: Settings): string {
  const others = Object.entries(settings ?? {}).filter(([name, value]) => ofStudy[name] !== value);
  const parts = [
    attempt > 1 ? `attempt ${attempt}` : '',
    continues === undefined ? '' : `continues trial ${continues}`,
    afterStep === undefined ? '' : `after step ${afterStep}`,
    others.length === 0 ? '' : `with ${formatValues(Object.fromEntries(others))}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : `(${parts.join(', ')}) `;
}

/** The numbers on the top level of a retraining's figures. */
function summary(metrics: unknown): string {
  if (typeof metrics !== 'object' || metrics === null) return '';
  const numbers = Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return formatValues(Object.fromEntries(numbers));
}
