import { defineStudy, float, space, TrialPruned } from 'hpo';
import { loss } from './loss.ts';

// Every trial of this study reports the result of another file for its parameters and is pruned. It is also plain
// JavaScript, so that the tests can run it under every ending.

export default defineStudy({
  name: 'pruning',
  space: space({ x: float(1, 2) }),
  async objective({ trial, params }) {
    await trial.report(loss(params), 0);
    throw new TrialPruned();
  },
});
