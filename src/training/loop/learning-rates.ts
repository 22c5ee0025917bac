import type { Optimizer } from '../optimizers/optimizer.ts';
import type { EpochRecord } from './epoch-record.ts';
import type { Schedule } from './schedules/schedule.ts';
import { refuseTraining } from './train-checks.ts';
import { stepsPerEpoch, type TrainOptions } from './train-options.ts';

/** Sets an optimizer's learning rate before each step by a schedule; without one it stays as it is. */
export class LearningRates {
  readonly #optimizer: Optimizer;
  readonly #schedule: Schedule | undefined;
  readonly #stepsPerEpoch: number;
  readonly #epochs: number;
  /** The optimizer's own rate, before a checkpoint gave it another. */
  readonly #own: number;
  #history: readonly EpochRecord[] = [];

  constructor(options: TrainOptions) {
    this.#optimizer = options.optimizer;
    this.#schedule = options.schedule;
    this.#stepsPerEpoch = stepsPerEpoch(options);
    this.#epochs = options.epochs;
    this.#own = options.optimizer.learningRate;
  }

  /** Begins an epoch. @param history the epochs before it. */
  begin(history: readonly EpochRecord[]): void {
    this.#history = history;
  }

  /** Sets the rate of a step. @param before the number of steps before it, over all epochs. */
  set(before: number): void {
    if (!this.#schedule) return;
    const history = this.#history;
    const steps = this.#epochs * this.#stepsPerEpoch;
    const factor = this.#schedule({ step: before, steps, stepsPerEpoch: this.#stepsPerEpoch, history });
    if (!(Number.isFinite(factor) && factor >= 0)) {
      const place = `step ${(before % this.#stepsPerEpoch) + 1} of epoch ${history.length + 1}`;
      refuseTraining(`\`schedule\` gave ${factor} for ${place}; let it give a finite number from 0 on.`);
    }
    this.#optimizer.learningRate = this.#own * factor;
  }

  /** The figures of the rates that an epoch's record has. */
  get record(): Pick<EpochRecord, 'learningRate'> {
    return this.#schedule ? { learningRate: this.#optimizer.learningRate } : {};
  }

  /** Gives the optimizer its own rate again, where a schedule has changed it. */
  end(): void {
    if (this.#schedule) this.#optimizer.learningRate = this.#own;
  }
}
