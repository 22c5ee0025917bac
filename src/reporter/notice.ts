import type { RunEvent } from '../runner/events/run-event.ts';

/** Events that are shown as a sentence. */
type Notice = Extract<
  RunEvent,
  { type: 'worker-died' | 'warning' | 'best-written' | 'concluded-elsewhere' | 'retrain-skipped' }
>;

/** The sentence, in lines and on the dashboard the same. */
export function noticeText(event: Notice): string {
  switch (event.type) {
    case 'worker-died':
      return `worker ${event.worker} died (${event.reason})`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'best-written':
      return `best configuration written to ${event.file}`;
    case 'concluded-elsewhere':
      return `${event.by} writes the results of this study and retrains its winner`;
    case 'retrain-skipped':
      return `${event.folder} holds this configuration retrained already`;
  }
}
