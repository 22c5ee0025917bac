import { categorical, createStudy, float, int, median, type Sampler, space } from '../../src/index.ts';

const mixed = space({
  learningRate: float(1e-5, 1e-1, { log: true }),
  dropout: float(0, 0.9),
  layers: int(1, 8),
  width: int(16, 1024, { log: true }),
  optimizer: categorical(['adam', 'sgd', 'lion', 'rmsprop']),
});

/** A study of five mixed parameters with the median pruner, begun or continued, and the way to run its trials. */
export async function openWorkload(storage: string, sampler: Sampler) {
  const study = await createStudy({
    name: 's',
    space: mixed,
    storage,
    sampler,
    pruner: median(),
    seed: 1,
    ifExists: 'load',
  });
  /** Runs trials that report three times and cost nothing themselves, until the study has `trials` or time is over. */
  const run = (trials: number, { timeoutMs, onTrial }: { timeoutMs?: number; onTrial?: () => void } = {}) =>
    study.optimize(
      async ({ trial, params }) => {
        const value = Math.log10(params.learningRate) ** 2 + params.dropout + params.layers + params.width / 1024;
        for (let step = 0; step < 3; step++) {
          await trial.report(value + 3 - step, step);
          await trial.shouldPrune(); // called, not obeyed: every trial costs the same
        }
        return value;
      },
      { trials, ...(timeoutMs !== undefined && { timeoutMs }), ...(onTrial !== undefined && { onTrial }) },
    );
  return { study, run };
}
