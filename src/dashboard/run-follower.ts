import type { RunEvent } from '../study/run-event.ts';
import { afterEvent, type LiveRun, liveRunOf } from './live-run.ts';

/** The state of our own run by its events. */
export class RunFollower {
  #run: LiveRun | undefined;
  /** The events before the run began: its first worker is started earlier. */
  readonly #early: RunEvent[] = [];

  /** Undefined until the run begins. */
  get run(): LiveRun | undefined {
    return this.#run;
  }

  take(event: RunEvent, at = new Date()): void {
    if (event.type === 'run-started') {
      this.#run = this.#early.reduce((run, early) => afterEvent(run, early, at), liveRunOf(event, at));
    } else if (this.#run) this.#run = afterEvent(this.#run, event, at);
    else this.#early.push(event);
  }
}
