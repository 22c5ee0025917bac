import type { RunEvent } from '../study/run-event.ts';
import { listTrials } from '../study/stored-study.ts';
import { formatDuration } from '../text/format.ts';

/** Events that are shown as a sentence. */
type Notice = Extract<
  RunEvent,
  {
    type:
      | 'worker-died'
      | 'sampler-note'
      | 'warning'
      | 'waiting'
      | 'best-written'
      | 'concluded-elsewhere'
      | 'retrain-skipped';
  }
>;

/** The sentence about an event, the same in lines and on the dashboard. */
export function noticeText(event: Notice): string {
  switch (event.type) {
    case 'worker-died':
      return `worker ${event.worker} died (${event.reason})`;
    case 'sampler-note':
      return `from trial ${event.trial} on ${event.note}`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'waiting':
      return `waiting for ${waitedFor(event.trials)}; there is nothing else to start`;
    case 'best-written':
      return `best configuration written to ${event.file}`;
    case 'concluded-elsewhere':
      return `${event.by} writes the results of this study and retrains its winner`;
    case 'retrain-skipped':
      return `${event.folder} holds the results of this configuration already`;
  }
}

/** The beginning of a retraining in a few words, the same in lines and on the dashboard. */
export function retrainingText({ trial, from, afterStep }: Extract<RunEvent, { type: 'retrain-started' }>): string {
  const origin = from === undefined ? '' : ` from its checkpoint of step ${from.step}`;
  const rest = afterStep === undefined ? '' : `, goes on after step ${afterStep}`;
  return `retraining ${trial === undefined ? 'the configuration' : `trial ${trial}`}${origin}${rest}`;
}

/** The trials that a run waits for: `trials 3 and 4 of process 4711 on ada, trial 5 of process 12 on eve`. */
function waitedFor(trials: Extract<Notice, { type: 'waiting' }>['trials']): string {
  return [...new Set(trials.map(({ by }) => by))]
    .map((by) => {
      const numbers = trials.filter((each) => each.by === by).map(({ trial }) => trial);
      return `${numbers.length === 1 ? 'trial' : 'trials'} ${listTrials(numbers)} of ${by}`;
    })
    .join(', ');
}

/** The sentence about a trial that is run again after a pause, to stand behind its name. */
export function pauseText({ deaths, pauseMs }: Extract<RunEvent, { type: 'trial-paused' }>): string {
  return `its process has died ${deaths} times; it is run again in ${formatDuration(pauseMs)}`;
}
