import { train } from '@tensorflow/tfjs-core';
import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { categorical, float, int, type Params, space, variant } from 'hpo';

export const forecaster = space({
  net: variant({
    dense: { units: int(8, 128, { log: true }), layers: int(1, 3) },
    conv: { filters: int(4, 32, { log: true }), kernel: int(3, 24) },
  }),
  activation: categorical(['relu', 'tanh']),
  dropout: float(0, 0.3),
  learningRate: float(1e-4, 3e-2, { log: true }),
});
export type ForecasterParams = Params<typeof forecaster>;

/** A stock tf.layers model that predicts the next hour from the last ones. @param seed fixes its weights and dropout */
export function build(
  { net, activation, dropout, learningRate }: ForecasterParams,
  hours: number,
  seed: number,
): Sequential {
  const weights = (layer: number) => ({ kernelInitializer: initializers.glorotUniform({ seed: seed + layer }) });
  const model = sequential();
  if (net.kind === 'dense') {
    model.add(layers.dense({ units: net.units, activation, ...weights(0), inputShape: [hours] }));
    for (let layer = 1; layer < net.layers; layer++) {
      model.add(layers.dense({ units: net.units, activation, ...weights(layer) }));
    }
  } else {
    model.add(layers.reshape({ targetShape: [hours, 1], inputShape: [hours] }));
    model.add(layers.conv1d({ filters: net.filters, kernelSize: net.kernel, strides: 2, activation, ...weights(0) }));
    model.add(layers.flatten());
  }
  model.add(layers.dropout({ rate: dropout, seed }));
  model.add(layers.dense({ units: 1, ...weights(9) }));
  model.compile({ optimizer: train.adam(learningRate), loss: 'meanSquaredError' });
  return model;
}
