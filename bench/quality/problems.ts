import { bbobProblems } from './bbob.ts';
import { constrainedProblems } from './constrained.ts';
import { discreteProblems } from './discrete.ts';
import { mixedProblems } from './mixed.ts';
import type { AnyProblem, QualityProblem } from './problem.ts';
import { tradeOffProblems } from './trade-offs.ts';

const single: readonly QualityProblem[] = [
  ...bbobProblems(5),
  ...bbobProblems(10),
  ...mixedProblems,
  ...discreteProblems,
];

function named(name: string): QualityProblem {
  return single.find((problem) => problem.name === name) as QualityProblem;
}

/** All problems. Those in 10 dimensions were held out, too: settings were chosen in 5. */
export const problems: readonly AnyProblem[] = [
  ...single.map((problem) => (problem.name.endsWith('-10') ? { ...problem, isHeldOut: true } : problem)),
  { ...named('sphere-5'), name: 'noisy-sphere-5', group: 'noisy', isHeldOut: true, noise: 2 },
  { ...named('rosenbrock-5'), name: 'parallel-rosenbrock-5', group: 'parallel', isHeldOut: true, concurrency: 8 },
  { ...named('training'), name: 'parallel-training', group: 'parallel', isHeldOut: true, concurrency: 8 },
  ...constrainedProblems,
  ...tradeOffProblems,
];
