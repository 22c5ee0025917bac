import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import summaries from '../../../test/golden/pytorch/summaries.json' with { type: 'json' };
import { BatchNormLayer, Conv2DLayer, device, ResizeLayer, searchedCnn, summary, weightedBranches } from '../index.ts';
import { emptyResnet18 } from '../models/resnet18.ts';

beforeAll(() => device({ backend: 'cpu' }));

/** The receptive fields of square images, layer by layer. */
const fields = (model: tfl.LayersModel): number[] =>
  summary(model).layers.map(({ receptiveField }) => receptiveField[0]);

test("ResNet-18 has PyTorch's figures, layer by layer, and the totals that torchinfo prints", () => {
  const model = emptyResnet18({ imageShape: [224, 224, 3], classes: 1000 });
  const { layers, ...totals } = summary(model);
  const weighed = layers.filter(({ parameters }) => parameters > 0);
  const rows = weighed.map(({ outputShape, parameters, multiplyAdds }) => [outputShape, parameters, multiplyAdds]);
  expect(rows).toEqual(summaries.resnet18);
  expect(totals).toMatchObject({ inputShape: [224, 224, 3], parameters: 11_689_512, trained: 11_689_512 });
  expect(String(summary(model)).split('\n').slice(-3)).toEqual([
    'Parameters: 11,689,512, trained: 11,689,512',
    'Multiply-adds for an image: 1,814,083,944',
    'Input 0.60 MB, forward and backward pass 39.75 MB, parameters 46.76 MB',
  ]);
  model.dispose();
});

test("a net as a table: six convolutions have PyTorch's figures", () => {
  const image = tfl.input({ shape: [32, 32, 3] });
  const convolved = (filters: number) => [
    new Conv2DLayer({ filters, kernelSize: 3, useBias: false }),
    new BatchNormLayer({ activation: 'relu' }),
  ];
  const layers = [...convolved(16), ...convolved(32), tfl.layers.maxPooling2d({ poolSize: 2 }), ...convolved(64)];
  const outputs = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, image);
  const model = tfl.model({ inputs: image, outputs });
  expect(`\n${summary(model)}\n`).toMatchInlineSnapshot(`
    "
    Layer         Output shape  Parameters  Multiply-adds  Receptive field
    ──────────────────────────────────────────────────────────────────────
    Conv2D        30 × 30 × 16         432        388,800            3 × 3
    BatchNorm     30 × 30 × 16          32             32            3 × 3
    Conv2D        28 × 28 × 32       4,608      3,612,672            5 × 5
    BatchNorm     28 × 28 × 32          64             64            5 × 5
    MaxPooling2D  14 × 14 × 32           –              –            6 × 6
    Conv2D        12 × 12 × 64      18,432      2,654,208          10 × 10
    BatchNorm     12 × 12 × 64         128            128          10 × 10
    ──────────────────────────────────────────────────────────────────────
    Parameters: 23,696, trained: 23,696
    Multiply-adds for an image: 6,655,904
    Input 0.01 MB, forward and backward pass 0.78 MB, parameters 0.09 MB
    "
  `);
  const rows = summary(model).layers.filter(({ parameters }) => parameters > 0);
  expect(rows.map(({ outputShape, parameters, multiplyAdds }) => [outputShape, parameters, multiplyAdds])).toEqual(
    summaries.sixConvCnn.slice(0, 6),
  );
  model.dispose();
});

describe('receptive fields', () => {
  test('are those that were published for VGG-16 (212) and ResNet-18 (435), and at most the image', () => {
    const { maxPooling2d, conv2d, flatten, inputLayer } = tfl.layers;
    const stage = (count: number) => [
      ...Array.from({ length: count }, () => conv2d({ filters: 1, kernelSize: 3, padding: 'same' })),
      maxPooling2d({ poolSize: 2 }),
    ];
    const vgg = tfl.sequential({
      layers: [inputLayer({ inputShape: [256, 256, 1] }), ...[2, 2, 3, 3, 3].flatMap(stage), flatten()],
    });
    expect(fields(vgg).slice(-2)).toEqual([212, 256]);
    const resnet = emptyResnet18({ imageShape: [448, 512, 3], classes: 2 });
    const rows = summary(resnet).layers.map(({ receptiveField }) => receptiveField);
    expect(rows.slice(-3)).toEqual([
      [435, 435],
      [448, 512],
      [448, 512],
    ]);
    for (const model of [vgg, resnet]) model.dispose();
  });

  test('count strides, dilations, resizing and what a weighted sum depends on', () => {
    const { conv2d, averagePooling2d, upSampling2d } = tfl.layers;
    const model = tfl.sequential({
      layers: [
        conv2d({ filters: 1, kernelSize: 3, dilationRate: 2, inputShape: [64, 64, 1] }), // 5, in steps of 1
        averagePooling2d({ poolSize: 3, strides: 2 }), // 7, of 2
        upSampling2d({ size: [2, 2] }), // 7, of 1
        conv2d({ filters: 1, kernelSize: [2, 2] }), // 8
        new ResizeLayer({ height: 19, width: 19 }), // from 57 places: 9, of 3
        conv2d({ filters: 1, kernelSize: 2 }), // 12
      ],
    });
    expect(fields(model)).toEqual([5, 7, 7, 8, 9, 12]);
    const branches = weightedBranches({ width: 0.1, seed: 1 });
    const sum = summary(branches).layers.find(({ kind }) => kind === 'WeightedSum');
    expect(sum?.receptiveField).toEqual([32, 32]); // by its weights
    for (const net of [model, branches]) net.dispose();
  });
});

test('layers of inner models are counted, frozen and shared ones too', () => {
  const inner = searchedCnn({ fc1: 16, fc2: 8, dropout: 0, seed: 1 });
  const alone = summary(inner);
  inner.trainable = false;
  const images = tfl.input({ shape: [32, 32, 3] });
  const [one, other] = [1, 2].map(() => inner.apply(images) as tfl.SymbolicTensor);
  const head = tfl.layers.dense({ units: 2 });
  const sum = tfl.layers.add().apply([one, other] as tfl.SymbolicTensor[]);
  const model = tfl.model({ inputs: images, outputs: head.apply(sum) as tfl.SymbolicTensor });
  const { parameters, trained, multiplyAdds } = summary(model);
  expect({ parameters, trained, multiplyAdds }).toEqual({
    parameters: alone.parameters + 22,
    trained: 22,
    multiplyAdds: 2 * alone.multiplyAdds + 22,
  });
  expect(alone.trained).toBe(alone.parameters);
  model.dispose();
});
