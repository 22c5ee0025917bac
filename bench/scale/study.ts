import { categorical, defineStudy, float, int, nop, space, tpe } from 'hpo';

/** The study whose trials the benchmarks make: six parameters, an objective that costs nothing. */
export default defineStudy({
  name: 'scale',
  space: space({
    learningRate: float(1e-5, 1e-1, { log: true }),
    weightDecay: float(1e-6, 1e-2, { log: true }),
    dropout: float(0, 0.8),
    layers: int(1, 8),
    batchSize: categorical([32, 64, 128, 256, 512]),
    activation: categorical(['relu', 'gelu', 'silu']),
  }),
  sampler: tpe(),
  pruner: nop(),
  trials: 1,
  seed: 1,
  objective: ({ params }) => (Math.log10(params.learningRate) + 3) ** 2 / 3 + (params.dropout - 0.3) ** 2,
});
