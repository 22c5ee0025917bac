import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  adam,
  BatchNormLayer,
  type Cifar10,
  cifar10,
  device,
  type EpochRecord,
  cifar10Normalisation as normalisation,
  train,
  variantCnn,
} from '../../../src/training/index.ts';
import { setInitialWeights } from './initial-weights.ts';
import losses from './losses.json' with { type: 'json' };
import parameters from './parameters.json' with { type: 'json' };
import { seed, trainings } from './trainings.ts';

let sample: Cifar10;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  sample = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
});

/** Expects as many trained weights as PyTorch's net has, and with the biases that it leaves out, as the original has. */
function expectParameters(name: string, model: tfl.LayersModel): void {
  const count = (shapes: readonly (readonly (number | null)[])[]) =>
    shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape(shape as number[]), 0);
  const trained = count(model.trainableWeights.map(({ shape }) => shape));
  const { net, original } = parameters[name as keyof typeof parameters];
  expect(trained).toBe(net);
  const normalised = model.layers.filter((layer) => layer instanceof BatchNormLayer);
  const biases = normalised.reduce(
    (sum, layer) => sum + ((layer.output as tfl.SymbolicTensor).shape.at(-1) as number),
    0,
  );
  expect([0, biases]).toContain(original - net);
}

describe('a variant that differs in its dropout or width alone', () => {
  test.each(['first', 'dropout'] as const)('%s has the parameters of the original', (kind) => {
    const model = variantCnn({ architecture: { kind }, seed });
    expectParameters(`variantCnn ${kind}`, model);
    model.dispose();
  });
});

describe("from the same weights, with the same batches, the losses are PyTorch's", () => {
  test.each(Object.entries(trainings))(
    '%s',
    async (name, { build, batchSize, learningRate, weightDecay, epochs, ...counts }) => {
      const model = build();
      expectParameters(name, model);
      setInitialWeights(model);
      const range = (start: number, count: number) => ({
        set: sample.train,
        indices: Uint32Array.from({ length: count }, (_, at) => start + at),
      });
      const { history } = await train({
        model,
        optimizer: adam({ learningRate, weightDecay }),
        data: { train: range(0, counts.train), validation: range(counts.train, counts.validation) },
        normalisation,
        batchSize,
        epochs,
        seed,
      });
      model.dispose();
      const expected = losses[name as keyof typeof losses];
      expect(history).toHaveLength(expected.length);
      for (const [at, { trainLoss, validationLoss }] of expected.entries()) {
        // Adam's first steps are ± the learning rate by the gradients' signs, so that rounding grows from epoch to epoch.
        const tolerance = at === 0 ? 5e-4 : 1e-2;
        const { epoch, ...actual } = history[at] as EpochRecord;
        expect(Math.abs(actual.trainLoss / trainLoss - 1), `training, epoch ${epoch}`).toBeLessThan(tolerance);
        const difference = Math.abs(actual.validationLoss / validationLoss - 1);
        expect(difference, `validation, epoch ${epoch}`).toBeLessThan(tolerance);
      }
    },
  );
});
