import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { isAvailable } from '../../../test/support/on-backends.ts';
import { Rng } from '../../base/rng.ts';
import {
  type BackendName,
  BatchNormLayer,
  Conv2DLayer,
  cifar10,
  DropoutLayer,
  device,
  features,
  gradCam,
  heInitialise,
  type ImageSelection,
  cifar10Normalisation as normalisation,
} from '../index.ts';

let data: ImageSelection;

beforeAll(async () => {
  const { test } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  data = { set: test, indices: Uint32Array.of(1, 2) };
});

/** A net of our layers and of tf.layers' own, with what classifiers are usually made of. */
function net(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      new Conv2DLayer({ filters: 5, kernelSize: 3, stride: 2, useBias: false, inputShape: [32, 32, 3] }),
      new BatchNormLayer({ activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ filters: 6, kernelSize: 3, kernelInitializer: 'zeros', activation: 'relu', name: 'maps' }),
      tfl.layers.flatten(),
      new DropoutLayer({ rate: 0.5, seed: '1' }),
      tfl.layers.dense({ units: 10, kernelInitializer: 'zeros' }),
    ],
  });
  heInitialise(model, new Rng('1'));
  return model;
}

async function insightOn(backend: BackendName) {
  await device({ backend });
  const model = net();
  const found = {
    maps: await gradCam({ model, layer: 'maps', data, normalisation }),
    features: await features({ model, layer: -2, data, normalisation }),
  };
  model.dispose();
  return found;
}

describe.each(['wasm', 'webgpu', 'tensorflow'] as const)('on %s', async (backend) => {
  test.skipIf(!(await isAvailable(backend)))('Grad-CAM and features are those of plain JavaScript', async () => {
    const wanted = await insightOn('cpu');
    const found = await insightOn(backend);
    expect(found.maps.classes).toEqual(wanted.maps.classes);
    expect(found.maps.maps.some((value) => value > 0.5)).toBe(true);
    for (const [at, value] of wanted.maps.maps.entries()) expect(found.maps.maps[at]).toBeCloseTo(value, 4);
    for (const [at, value] of wanted.features.values.entries()) expect(found.features.values[at]).toBeCloseTo(value, 4);
  });
});
