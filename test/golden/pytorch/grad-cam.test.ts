import { beforeAll, describe, expect, test } from 'vitest';
import {
  cifar10,
  device,
  gradCam,
  type ImageSelection,
  cifar10Normalisation as normalisation,
} from '../../../src/training/index.ts';
import golden from './grad-cam.json' with { type: 'json' };
import { setInitialWeights } from './initial-weights.ts';
import { trainings } from './trainings.ts';

let data: ImageSelection;

beforeAll(async () => {
  await device({ backend: 'wasm' });
  const { train } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  data = { set: train, indices: Uint32Array.of(0, 1) };
});

/** The number of our layer whose output is that of PyTorch's module; undefined for the layer that is the default. */
const layers: Readonly<Record<string, number | undefined>> = {
  'searchedCnn 4': 3,
  'searchedCnn 6': 4,
  'resnet9 16': undefined,
  'plainCnn 8': 9, // the images are its layer 0
};

describe("from the same weights, the class activation maps are PyTorch's", () => {
  test.each(golden)('$network, module $module, class $label', async ({ network, module, label, classes, maps }) => {
    const model = (trainings[network] as (typeof trainings)[string]).build();
    setInitialWeights(model);
    const layer = layers[`${network} ${module}`];
    const found = await gradCam({
      model,
      data,
      normalisation,
      ...(layer !== undefined && { layer }),
      ...(label !== null && { classes: [label, label] }),
    });
    expect([...found.classes]).toEqual(classes);
    const error = maps
      .flat()
      .reduce((most, value, at) => Math.max(most, Math.abs(value - (found.maps[at] as number))), 0);
    expect(error).toBeLessThan(1e-4);
    model.dispose();
  });
});
