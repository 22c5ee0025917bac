import type { JsonValue } from '../base/json.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Lease } from '../storage/lease.ts';
import type { Storage } from '../storage/storage.ts';
import { checkConstraint, checkMetrics, checkReport } from '../storage/template-checks.ts';
import { constraintKey } from '../trial/constraints.ts';
import type { Metrics } from '../trial/reported-metrics.ts';
import type { CheckpointRoot } from './checkpoints/checkpoint-root.ts';
import type { KeptCheckpoints } from './checkpoints/kept-checkpoints.ts';
import type { RunningAttempt } from './running-attempt.ts';
import type { TrialPort } from './trial/live-trial.ts';

/** The desk that the ports of all running attempts share. */
export interface AttemptDesk {
  readonly storage: Storage;
  readonly checkpoints: CheckpointRoot;
  /** Writes under the attempt's lease. If the lease turns out to be lost, the attempt ends here. */
  write<T>(attempt: RunningAttempt, write: (lease: Lease) => Promise<T>): Promise<T>;
  shouldPrune(attempt: RunningAttempt): Promise<boolean>;
  suggest(attempt: RunningAttempt, name: string, distribution: Distribution): Promise<ParamValue>;
}

/** The port of one attempt at a trial, through which its objective reports and asks. */
export class AttemptPort implements TrialPort {
  readonly #attempt: RunningAttempt;
  readonly #desk: AttemptDesk;

  constructor(attempt: RunningAttempt, desk: AttemptDesk) {
    this.#attempt = attempt;
    this.#desk = desk;
  }

  report(value: number, step: number, extras?: Metrics): Promise<boolean> {
    return this.#attempt.service.run(() => {
      checkReport(step, value, 'trial.report()');
      if (extras !== undefined) checkMetrics(extras, 'trial.report()');
      const { storage } = this.#desk;
      return this.#desk.write(this.#attempt, (lease) => storage.setIntermediateValue(lease, step, value, extras));
    });
  }

  shouldPrune(): Promise<boolean> {
    return this.#attempt.service.run(() => this.#desk.shouldPrune(this.#attempt));
  }

  setUserAttr(key: string, value: JsonValue): Promise<void> {
    const { storage } = this.#desk;
    return this.#attempt.service.run(() =>
      this.#desk.write(this.#attempt, (lease) => storage.setTrialAttrs(lease, 'user', { [key]: value })),
    );
  }

  setConstraint(name: string, value: number): Promise<void> {
    return this.#attempt.service.run(() =>
      setConstraint(this.#attempt, this.#desk, name, value, 'trial.setConstraint()'),
    );
  }

  suggest(name: string, distribution: Distribution): Promise<ParamValue> {
    const { asking, service } = this.#attempt;
    return asking.run(() => service.run(() => this.#desk.suggest(this.#attempt, name, distribution)));
  }

  keepCheckpoints(kept: KeptCheckpoints): Promise<void> {
    const { storage, checkpoints } = this.#desk;
    return this.#attempt.service.run(() => {
      const attr = checkpoints.attrOf(this.#attempt.number, kept);
      return this.#desk.write(this.#attempt, (lease) => storage.setTrialAttrs(lease, 'system', attr));
    });
  }

  warn(message: string): void {
    process.emitWarning(message, 'HpoWarning');
  }
}

/** Stores a constraint with a trial. @param caller the name of the method, for messages. */
export async function setConstraint(
  attempt: RunningAttempt,
  { storage, write }: Pick<AttemptDesk, 'storage' | 'write'>,
  name: string,
  value: number,
  caller: string,
): Promise<void> {
  checkConstraint(name, value, caller);
  const attr = { [constraintKey(name)]: value };
  await write(attempt, (lease) => storage.setTrialAttrs(lease, 'system', attr));
}
