import { Rng } from '../../src/base/rng.ts';

/** The regrets of one sampler: for each problem those of its seeds. */
export type Sample = readonly (readonly number[])[];

const ROUNDS = 2000;

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over problems of the mean over seeds. */
export const overall = (sample: Sample) => mean(sample.map(mean));

/**
 * The interval that holds a figure of some samples in 95 of 100 draws of their seeds (Efron 1979). The problems stay: it
 * is about these.
 */
export function interval(samples: readonly Sample[], figure: (samples: readonly Sample[]) => number): [number, number] {
  const rng = new Rng('bootstrap');
  const redrawn = (values: readonly number[]) => values.map(() => values[rng.integer(values.length)] as number);
  const figures = Array.from({ length: ROUNDS }, () => figure(samples.map((sample) => sample.map(redrawn))));
  figures.sort((a, b) => a - b);
  return [figures[Math.floor(0.025 * ROUNDS)] as number, figures[Math.ceil(0.975 * ROUNDS) - 1] as number];
}
