import { defineStudy, float, space, TrialPruned } from 'hpo';
import { loss } from './loss.ts';

// Every trial of this study reports what another file makes of its parameters and is pruned. It is plain JavaScript
// too, so that the tests can run it under every ending.

export default defineStudy({
  name: 'pruning',
  space: space({ x: float(1, 2) }),
  async objective({ trial, params }) {
    await trial.report(loss(params), 0);
    throw new TrialPruned();
  },
});
