import { Mutex } from '../base/mutex.ts';
import type { Lease } from '../storage/lease.ts';
import type { EnqueuedValues } from './enqueued-values.ts';
import type { ParamChoice } from './param-choice.ts';
import { Loss } from './trial/loss.ts';
import { Service } from './trial/service.ts';

/** One attempt at a trial that this process runs, or a trial that it finishes on somebody's behalf. */
export class RunningAttempt {
  /** The number of the trial. */
  readonly number: number;
  readonly lease: Lease;
  readonly loss = new Loss();
  readonly service = new Service();
  /** Undefined until the sampler has started the trial here. */
  choice: ParamChoice | undefined;
  /** The values that the trial was enqueued with; undefined while nobody has asked, or where it was not enqueued. */
  enqueued: EnqueuedValues | undefined;
  #asking: Mutex | undefined;

  constructor(number: number, lease: Lease) {
    this.number = number;
    this.lease = lease;
  }

  /** Its objective may ask for several parameters at once; they are chosen one after the other. */
  get asking(): Mutex {
    this.#asking ??= new Mutex();
    return this.#asking;
  }
}
