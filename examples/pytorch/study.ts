import { categorical, command, defineStudy, float, hyperband, int, space } from 'hpo';

export default defineStudy({
  name: 'spirals',

  space: space({
    learningRate: float(1e-4, 1e-1, { log: true }),
    weightDecay: float(1e-6, 1e-1, { log: true }),
    batchSize: categorical([32, 64, 128]),
    layers: int(1, 4),
    width: int(8, 64, { log: true }),
    activation: categorical(['relu', 'tanh', 'gelu']),
    batchNorm: categorical([true, false]),
  }),

  direction: 'minimize', // the validation loss of the last epoch
  pruner: hyperband({ minResource: 3, maxResource: 27 }), // compares trials after 3, 9 and 27 epochs
  trials: 30,
  settings: { epochs: 27 },
  enqueue: [
    {
      learningRate: 1e-3,
      weightDecay: 1e-2,
      batchSize: 64,
      layers: 2,
      width: 32,
      activation: 'relu',
      batchNorm: false,
    },
  ],

  objective: command({
    run: `python train.py --epochs {settings.epochs} --seed {seed}
      --learning-rate {learningRate} --weight-decay {weightDecay} --batch-size {batchSize}
      --layers {layers} --width {width} --activation {activation} {batchNorm?--batch-norm}`,
  }),
});
