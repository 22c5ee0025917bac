import type { LiveRun } from '../dashboard/live-run.ts';
import type { Progress } from '../study/definition/definition.ts';
import type { RunState } from './live-data.ts';

/** The number of lines of the log that a page shows. */
const LINES = 50;

/** The state of a run as pages show it. */
export function runState(run: LiveRun): RunState {
  const { target, workers, isPaused, isRetraining, stopping, toPrune, progress, log } = run;
  return {
    target,
    workers: workers.map(({ id, trial }) => ({ id, trial: trial ?? null })),
    isPaused,
    isRetraining,
    stopping: stopping ?? null,
    toPrune: [...toPrune],
    progress: progress === undefined ? null : progressText(progress),
    log: log.slice(-LINES).map(({ at, text }) => [at.getTime(), text]),
  };
}

/** Progress in words: `CIFAR-10: 12 of 170 MB`. */
function progressText({ label, done, total, unit = '' }: Progress): string {
  const [scale, name] = unit === 'bytes' ? [1e6, 'MB'] : [1, unit];
  const count = (value: number) => String(Math.round(value / scale));
  return `${label}: ${count(done)}${total === undefined ? '' : ` of ${count(total)}`} ${name}`.trimEnd();
}
