import { Mutex } from '../base/mutex.ts';
import type { Lease } from '../storage/lease.ts';
import type { EnqueuedValues } from './enqueued-values.ts';
import type { ParamChoice } from './param-choice.ts';
import { Loss } from './trial/loss.ts';
import { Service } from './trial/service.ts';
import type { TrialLooks } from './trial-looks.ts';

/** One attempt at a trial that this process runs, or a trial of another process that this one finishes. */
export class RunningAttempt {
  /** The number of the trial. */
  readonly number: number;
  readonly lease: Lease;
  readonly loss = new Loss();
  readonly service = new Service();
  /** The choice of its parameters; undefined until the sampler has started the trial here. */
  choice: ParamChoice | undefined;
  /** The values that the trial was enqueued with; undefined before the first use, and where it was not enqueued. */
  enqueued: EnqueuedValues | undefined;
  /** The history that the sampler saw; undefined as {@link choice}. */
  looks: TrialLooks | undefined;
  #asking: Mutex | undefined;

  constructor(number: number, lease: Lease) {
    this.number = number;
    this.lease = lease;
  }

  /**
   * The order of an objective's questions: it may ask for several parameters at once, and they are chosen one by one.
   */
  get asking(): Mutex {
    this.#asking ??= new Mutex();
    return this.#asking;
  }
}
