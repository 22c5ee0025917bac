import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { HpoError } from '../../base/errors.ts';
import { shown } from '../../base/option-checks.ts';
import { currentDevice } from '../backend/current-device.ts';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer.ts';
import { bytesOf, type TensorValues, unusable } from '../saving/tensor-file.ts';
import {
  readTrainingState,
  type TrainingState,
  trainingFile,
  writeTrainingState,
} from '../saving/training-state-file.ts';
import { BestWeights } from './best-weights.ts';
import { bestEpoch, defaultMetric, type EpochMetric } from './epoch-metric.ts';
import type { EpochRecord } from './epoch-record.ts';
import { type ModelWeight, modelWeights, numbersOf } from './model-weights.ts';
import type { TrainingCheckpoints } from './training-checkpoints.ts';
import type { WeightAverage } from './weight-average.ts';

/** The result of a training. */
export interface TrainResult {
  readonly history: readonly EpochRecord[];
  readonly last: EpochRecord;
  /**
   * The best epoch by the metric of `restoreBest`, else the one of lowest validation loss: the first of equals; the last
   * epoch where every value is NaN.
   */
  readonly best: EpochRecord;
}

/** The parts of a {@link TrainingProgress}. */
export interface TrainingParts {
  readonly model: tfl.LayersModel;
  readonly optimizer: Optimizer;
  /** The average of the weights, which is judged and kept in their place; none by default. */
  readonly average?: WeightAverage | undefined;
  /** The number of epochs that the training is to have. */
  readonly epochs: number;
  /** Whether no epoch is to follow these, by what the callbacks say. */
  readonly isOver: (history: readonly EpochRecord[]) => boolean;
  /** The metric of the best epoch; undefined for that of the checkpoint, else {@link defaultMetric}. */
  readonly metric: EpochMetric | undefined;
  /** Whether the weights of the best epoch are kept. */
  readonly keepsBest: boolean;
}

/** The epochs that a training has had, their best, and whether it is over; written into checkpoints and read from them. */
export class TrainingProgress {
  readonly #parts: TrainingParts;
  readonly #weights: readonly ModelWeight[];
  readonly #bestWeights: BestWeights;
  readonly #history: EpochRecord[] = [];
  #metric: EpochMetric;
  #isStopped = false;
  #isShown = true;

  constructor(parts: TrainingParts) {
    this.#parts = parts;
    this.#metric = parts.metric ?? defaultMetric;
    this.#weights = modelWeights(parts.model);
    this.#bestWeights = new BestWeights(this.#weights);
  }

  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /** The last epoch; undefined before the first. */
  get last(): EpochRecord | undefined {
    return this.#history.at(-1);
  }

  get #best(): EpochRecord | undefined {
    return bestEpoch(this.#history, this.#metric);
  }

  /** The result so far; of at least one epoch. */
  get result(): TrainResult {
    return { history: this.#history, last: this.last as EpochRecord, best: this.#best as EpochRecord };
  }

  /** Whether all callbacks have had the last epoch, and none threw. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Whether no epoch is to follow: all are done, or a callback has ended the training. */
  get isOver(): boolean {
    const { epochs, isOver } = this.#parts;
    const done = this.#history.length;
    return done >= epochs || this.#isStopped || (done > 0 && isOver(this.#history));
  }

  /** Counts an epoch in that has not been shown to the callbacks. The model has the weights after it. */
  add(record: EpochRecord): void {
    this.#history.push(record);
    this.#isShown = false;
    if (!this.#parts.keepsBest || this.#best !== record) return;
    const { average } = this.#parts;
    if (average) this.#bestWeights.takeTensors(average.tensors());
    else this.#bestWeights.take();
  }

  /** Notes that all callbacks have had the last epoch. @param isStopped whether one of them ends the training. */
  noteShown(isStopped: boolean): void {
    this.#isShown = true;
    this.#isStopped = isStopped;
  }

  /** Gives the model the weights that it ends with: those of the best epoch, or the last ones, averaged where asked for. */
  giveWeights(isBest: boolean): void {
    if (isBest) this.#bestWeights.restore();
    else this.#parts.average?.assign();
  }

  /** Writes the state after the last epoch into a checkpoint's folder. The best weights must have been kept. */
  async write(folder: string): Promise<void> {
    const { optimizer, epochs, average } = this.#parts;
    const weights = await numbersOf(this.#weights.map(({ variable }) => variable));
    const averages = await average?.numbers();
    const best = this.#best as EpochRecord;
    const state = {
      history: this.#history,
      best,
      metric: this.#metric,
      epochs,
      device: currentDevice(),
      isStopped: this.#isStopped,
      isShown: this.#isShown,
      weights,
      average: averages,
      bestWeights: best === this.last ? (averages ?? weights) : await this.#bestWeights.numbers(),
      optimizer: await optimizer.state(),
    };
    await writeTrainingState(folder, state, this.#weights);
  }

  /**
   * Takes the state of a checkpoint: model and optimizer get theirs, and what they have got is compared with
   * the file, number by number.
   *
   * A training that a callback has ended stays so, unless it is now to have more epochs than it was then.
   *
   * @throws HPO_DATA in one line where the file cannot be used or is none of this model and optimizer, HPO_BACKEND
   *   where the backend does not return the numbers that it was given.
   */
  async resume({ step, folder }: NonNullable<TrainingCheckpoints['last']>): Promise<void> {
    const { optimizer, epochs } = this.#parts;
    const state = await readTrainingState(folder, this.#weights);
    const done = state.history.length;
    if (done !== step) {
      throw unusable(trainingFile(folder), `it is that of epoch ${done}, and was kept for step ${step}`);
    }
    this.#takeMetric(trainingFile(folder), state);
    if (state.device !== undefined && state.device !== currentDevice()) warnOfDevice(folder, state.device);
    await this.#load(folder, state.bestWeights);
    this.#bestWeights.take(state.bestWeights);
    await this.#load(folder, state.weights);
    if (state.average) await this.#restoreAverage(folder, state.average);
    await restored(folder, optimizer, state.optimizer);
    this.#history.push(...state.history);
    this.#isStopped = state.isStopped && epochs <= state.epochs;
    this.#isShown = state.isShown;
  }

  /** Goes on with the metric of a checkpoint; another one has to have the same best epoch, whose weights it keeps. */
  #takeMetric(path: string, { history, best, metric }: TrainingState): void {
    const wanted = this.#parts.metric;
    if (wanted !== undefined && bestEpoch(history, wanted) !== best) {
      const kept = `it keeps the weights of epoch ${best.epoch}, the best by '${metric}', and not by '${wanted}'`;
      throw unusable(path, kept, `take '${metric}' as \`restoreBest\``);
    }
    this.#metric = wanted ?? metric;
  }

  dispose(): void {
    this.#bestWeights.dispose();
  }

  async #restoreAverage(folder: string, numbers: readonly TensorValues[]): Promise<void> {
    const { average } = this.#parts;
    if (!average) return;
    average.restore(numbers);
    const taken = (await average.numbers()) ?? [];
    for (const [at, { name }] of this.#weights.entries()) {
      if (!isSame(taken[at] as TensorValues, numbers[at] as TensorValues))
        throw notTaken(folder, `the average of '${name}'`);
    }
  }

  /** Gives the model numbers, and compares it with them. */
  async #load(folder: string, numbers: readonly TensorValues[]): Promise<void> {
    for (const [at, { variable }] of this.#weights.entries()) {
      const tensor = tf.tensor(numbers[at] as Float32Array, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    }
    const loaded = await numbersOf(this.#weights.map(({ variable }) => variable));
    for (const [at, { name }] of this.#weights.entries()) {
      if (isSame(loaded[at] as TensorValues, numbers[at] as TensorValues)) continue;
      throw notTaken(folder, `'${name}' of the model`);
    }
  }
}

/** Warns that a training will not be, bit by bit, the one that it would have been. */
function warnOfDevice(folder: string, former: string): void {
  process.emitWarning(
    `${trainingFile(folder)} was written on ${shown(former)} and the training goes on with ` +
      `${shown(currentDevice())}: its losses may be slightly other ones.`,
    { code: 'HPO_OTHER_DEVICE' },
  );
}

const isSame = (one: TensorValues, other: TensorValues): boolean => bytesOf(one).equals(bytesOf(other));

/** Gives an optimizer a state, and compares it with it. */
async function restored(folder: string, optimizer: Optimizer, state: OptimizerState): Promise<void> {
  const { kind } = await optimizer.state();
  if (state.kind !== undefined && kind !== undefined && kind !== state.kind) {
    const why = `its optimizer is ${shown(state.kind)}, and that of this training ${shown(kind)}`;
    throw unusable(trainingFile(folder), why, 'take an optimizer of the same kind');
  }
  try {
    optimizer.restore(state);
  } catch (reason) {
    if (!HpoError.is(reason)) throw reason;
    throw unusable(trainingFile(folder), reason.message.replace(/\.$/, ''), undefined, reason);
  }
  const { learningRate, step, variables } = await optimizer.state();
  const isTaken =
    Object.is(learningRate, state.learningRate) &&
    step === state.step &&
    Object.entries(state.variables).every(([name, vectors]) =>
      vectors.every((vector, slot) => {
        const taken = variables[name]?.[slot];
        return taken !== undefined && isSame(taken, vector);
      }),
    );
  if (!isTaken) throw notTaken(folder, 'the state of the optimizer');
}

const notTaken = (folder: string, what: string): HpoError =>
  new HpoError(
    'HPO_BACKEND',
    `${what} is not what was loaded from ${trainingFile(folder)}: the backend ${tf.getBackend()} may have no memory ` +
      'left; run fewer trials at once, or use another backend.',
  );
