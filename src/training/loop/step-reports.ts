import * as tf from '@tensorflow/tfjs-core';
import type { TrainingCallback } from './callbacks.ts';

/** The figures of some steps in a row. */
export interface StepRecord {
  /** From 1. */
  readonly epoch: number;
  /** The number of the last of the steps in its epoch, from 1. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** The learning rate of the last of the steps. */
  readonly learningRate: number;
  /** Mean over the images of the steps since the epoch's last record, each as the model stood at its batch. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
}

/** The place of a step, and how many images its epoch has had with it. */
export interface ReportedStep extends Pick<StepRecord, 'epoch' | 'step' | 'stepsPerEpoch' | 'learningRate'> {
  readonly images: number;
}

/**
 * Reads the running sums of an epoch's losses and hits while its steps go on, and shows the callbacks their progress.
 * The sums are float32, so that a record of few images has an error of some 1e-7 of the epoch's sum.
 */
export class StepReports {
  readonly #callbacks: readonly TrainingCallback[];
  #shown: Promise<void> = Promise.resolve();
  #before = { loss: 0, hits: 0, images: 0 };
  #failure: { readonly reason: unknown } | undefined;

  constructor(callbacks: readonly TrainingCallback[]) {
    this.#callbacks = callbacks.filter(({ onStep }) => onStep);
  }

  /**
   * Shows the callbacks a step once its sums are read.
   *
   * @param sums [2] of the epoch's losses and hits up to the step; the caller may dispose of them at once.
   * @throws what a callback or the backend has thrown.
   */
  take(sums: tf.Tensor, step: ReportedStep): void {
    if (this.#callbacks.length === 0) return;
    this.#throwFailure();
    const held = tf.clone(sums); // WebGPU keeps what it has read beside the data, which must still be there
    const reading = held.data().finally(() => held.dispose());
    this.#shown = Promise.all([reading, this.#shown])
      .then(([[loss, hits]]) => this.#show(step, { loss: loss as number, hits: hits as number }))
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      });
  }

  /** Waits until nothing is being read any more. */
  async settled(): Promise<void> {
    await this.#shown;
  }

  /** Waits until all steps are shown. @throws what a callback or the backend has thrown. */
  async finish(): Promise<void> {
    await this.#shown;
    this.#throwFailure();
  }

  async #show(
    { images, ...place }: ReportedStep,
    { loss, hits }: { readonly loss: number; readonly hits: number },
  ): Promise<void> {
    if (this.#failure) return;
    const { loss: lossBefore, hits: hitsBefore, images: imagesBefore } = this.#before;
    this.#before = { loss, hits, images };
    const count = images - imagesBefore;
    const figures = { trainLoss: (loss - lossBefore) / count, trainAccuracy: (hits - hitsBefore) / count };
    const record = Object.freeze({ ...place, ...figures });
    for (const callback of this.#callbacks) await callback.onStep?.(record);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.reason;
  }
}
