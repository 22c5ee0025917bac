// Prints the trainings that make_losses.py repeats, each with the order in which train() takes its images.

import { Rng } from '../../../src/base/rng.ts';
import { seed, trainings } from './trainings.ts';

const cases = Object.entries(trainings).map(([network, { build: _, ...training }]) => ({
  network,
  ...training,
  order: Array.from({ length: training.epochs }, (_, epoch) => [
    ...new Rng(`${seed}/order/${epoch + 1}`).permutation(training.train),
  ]),
}));
process.stdout.write(JSON.stringify(cases));
