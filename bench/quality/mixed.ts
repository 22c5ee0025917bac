import { categorical } from '../../src/space/categorical-distribution.ts';
import { float } from '../../src/space/float-distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import type { Suggest } from '../../test/support/search.ts';
import { testFunctions } from '../../test/support/test-functions.ts';
import type { QualityProblem } from './problem.ts';

const unit = float(0, 1);
const number = (suggest: Suggest, name: string, distribution = unit) => Number(suggest(name, distribution));

/** Ackley's function of three numbers and three unordered choices, whose places on the axes are shuffled. */
function ackleyWithChoices(suggest: Suggest): number {
  const shuffled = [3, 0, 5, 2, 6, 1, 4]; // the place of each choice; the middle one is best
  const choices = categorical(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const x = [0, 1, 2].map((i) => Number(suggest(`x${i}`, float(-5, 5))) - 1);
  const z = [0, 1, 2].map((i) => (shuffled['abcdefg'.indexOf(String(suggest(`c${i}`, choices)))] as number) - 3);
  const all = [...x, ...z];
  const mean = (f: (v: number) => number) => all.reduce((sum, v) => sum + f(v), 0) / all.length;
  const valley = -20 * Math.exp(-0.2 * Math.sqrt(mean((v) => v * v)));
  return valley - Math.exp(mean((v) => Math.cos(2 * Math.PI * v))) + 20 + Math.E;
}

/**
 * A model to choose with its settings, as in automated machine learning: the easy learner comes to 0.1 wherever it is
 * tried, the hard one to 0.08, but only near its best settings.
 */
function learners(suggest: Suggest): number {
  const learner = suggest('learner', categorical(['trees', 'net', 'linear']));
  const log = (name: string, low: number, high: number) =>
    Math.log10(number(suggest, `learner.${learner}.${name}`, float(low, high, { log: true })));
  if (learner === 'linear') return 0.2 + 0.01 * (log('penalty', 1e-4, 1e4) - 1) ** 2;
  if (learner === 'trees') {
    const depth = Number(suggest('learner.trees.depth', int(2, 12)));
    return 0.1 + 0.02 * (log('rate', 1e-3, 1) + 1.2) ** 2 + 0.002 * (depth - 6) ** 2;
  }
  const rate = log('rate', 1e-5, 1);
  const decay = log('decay', 1e-6, 1e-1);
  const width = Number(suggest('learner.net.width', int(16, 1024, { log: true })));
  const dropout = number(suggest, 'learner.net.dropout', float(0, 0.8));
  return (
    0.08 +
    0.3 * (1 - Math.exp(-0.5 * (rate + 2.8) ** 2 - 0.3 * (decay + 3.5 + 0.3 * rate) ** 2)) +
    0.01 * Math.log2(width / 200) ** 2 +
    0.05 * (dropout - 0.3) ** 2
  );
}

/** A net's training: batch size as a choice among numbers, a rate that grows with it, optimizers with own best rates. */
export function training(suggest: Suggest): number {
  const optimizer = suggest('optimizer', categorical(['adam', 'sgd', 'rmsprop'])) as 'adam' | 'sgd' | 'rmsprop';
  const batch = Math.log2(Number(suggest('batch', categorical([16, 32, 64, 128, 256, 512]))));
  const layers = Number(suggest('layers', int(1, 6)));
  const rate = Math.log10(number(suggest, 'rate', float(1e-5, 1, { log: true })));
  const dropout = number(suggest, 'dropout', float(0, 0.9));
  const bestRate = { adam: -3, sgd: -1, rmsprop: -3.2 }[optimizer] + 0.15 * (batch - 6);
  const own = { adam: 0.02, sgd: 0, rmsprop: 0.03 }[optimizer];
  const tuned = 1 - Math.exp(-0.8 * (rate - bestRate) ** 2);
  return (
    own + 0.6 * tuned + 0.01 * (batch - 6) ** 2 + 0.02 * Math.abs(layers - 4) + 0.3 * (dropout - 0.1 * layers) ** 2
  );
}

/** The least loss of each net: rate and dropout at their best. */
export const bestTrainings = [0, 0.02, 0.03].flatMap((own) =>
  [16, 32, 64, 128, 256, 512].flatMap((batch) =>
    [1, 2, 3, 4, 5, 6].map((layers) => {
      const size = 0.01 * (Math.log2(batch) - 6) ** 2 + 0.02 * Math.abs(layers - 4);
      return { layers, batch, loss: own + size };
    }),
  ),
);

/** The logarithm of the time of a training: layers cost, and small batches too. */
export function costOf(layers: number, batch: number): number {
  return Math.log(layers * (1 + 64 / batch));
}

const trainingOptimum = Math.min(...bestTrainings.map(({ loss }) => loss));

/**
 * Preparation, reduction and a classifier, each with own settings: eleven parameters of which up to eight are there.
 * Boosting is best, but only on data that are scaled and not reduced much.
 */
function pipeline(suggest: Suggest): number {
  const log = (name: string, low: number, high: number) =>
    Math.log10(number(suggest, name, float(low, high, { log: true })));
  const scaler = String(suggest('scaler', categorical(['none', 'standard', 'quantile'])));
  const isWeighted = suggest('weighted', categorical([true, false])) === true;
  const reduction = suggest('reduction', categorical(['none', 'pca', 'select']));
  let loss = { none: 0.05, standard: 0, quantile: 0.01 }[scaler] ?? 0;
  if (isWeighted) loss += 0.01;
  if (reduction === 'pca') loss += 0.01 + 0.08 * (number(suggest, 'reduction.pca.share', float(0.1, 1)) - 0.9) ** 2;
  if (reduction === 'select')
    loss += 0.02 * Math.abs(Number(suggest('reduction.select.columns', int(1, 50))) / 50 - 0.8);
  const classifier = suggest('classifier', categorical(['boosting', 'svm', 'neighbours']));
  if (classifier === 'neighbours') {
    return (
      loss + 0.22 + 0.02 * Math.log2(Number(suggest('classifier.neighbours.k', int(1, 64, { log: true }))) / 8) ** 2
    );
  }
  if (classifier === 'svm') {
    const cost = log('classifier.svm.cost', 1e-3, 1e3);
    const gamma = log('classifier.svm.gamma', 1e-5, 10);
    return loss + 0.13 + 0.25 * (1 - Math.exp(-0.3 * (cost - 1) ** 2 - 0.6 * (gamma + 2 + 0.5 * (cost - 1)) ** 2));
  }
  const rate = log('classifier.boosting.rate', 1e-3, 1);
  const rounds = Math.log10(Number(suggest('classifier.boosting.rounds', int(10, 2000, { log: true }))));
  const leaves = Math.log2(Number(suggest('classifier.boosting.leaves', int(2, 256, { log: true }))));
  const fit = (rate + rounds - 1.2) ** 2 + 0.3 * (rate + 1.5) ** 2 + 0.1 * (leaves - 5) ** 2;
  return loss + 0.1 + 0.3 * (1 - Math.exp(-0.6 * fit));
}

export const mixedProblems: readonly QualityProblem[] = [
  { name: 'choices', group: 'mixed', evaluate: testFunctions.choices, optimum: 0 },
  { name: 'conditional', group: 'mixed', evaluate: testFunctions.conditional, optimum: 0 },
  { name: 'ackley-choices', group: 'mixed', evaluate: ackleyWithChoices, optimum: 0 },
  { name: 'learners', group: 'mixed', evaluate: learners, optimum: 0.08 },
  { name: 'training', group: 'mixed', evaluate: training, optimum: trainingOptimum },
  { name: 'pipeline', group: 'mixed', isHeldOut: true, evaluate: pipeline, optimum: 0.1 },
  { name: 'noisy-training', group: 'noisy', evaluate: training, optimum: trainingOptimum, noise: 0.05 },
];
