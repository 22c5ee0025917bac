import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { device, ResizeLayer } from '../../../src/training/index.ts';
import { emptyResnet18 } from '../../../src/training/models/resnet18.ts';
import { setTorchWeights } from '../../../src/training/saving/torch-weights.ts';
import { hashedNumbers } from './hashed-numbers.ts';
import golden from './resnet18.json' with { type: 'json' };

/** The weights of make_resnet18.py. */
const weights = new Map(
  Object.entries(golden.shapes).map(([name, shape]) => {
    const limit = shape.length > 1 ? Math.sqrt(6 / tf.util.sizeFromShape(shape.slice(1))) : 0.5;
    const centre = shape.length === 1 && /(running_var|weight)$/.test(name) ? 1 : 0;
    const numbers = hashedNumbers(name, tf.util.sizeFromShape(shape));
    return [name, { shape, values: numbers.map((number) => number * Math.fround(limit) + centre) }] as const;
  }),
);

const image = (height: number, width: number) =>
  tf.tensor(hashedNumbers(`image ${height}x${width}`, height * width * 3), [1, height, width, 3]);

/** The largest difference as a share of the largest number. */
function error(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((number, at) => Math.abs(number - (actual[at] as number)))) / largest;
}

beforeAll(() => device({ backend: 'wasm' }));

describe("ResNet-18 with torchvision's weights", () => {
  test.each(Object.entries(golden.features))('has its features of an image of %s', (size, expected) => {
    const [height = 0, width = 0] = size.split('x').map(Number);
    const model = emptyResnet18({ imageShape: [height, width, 3], classes: 1000 });
    setTorchWeights(model, weights, 'the test');
    const pooled = tfl.model({
      inputs: model.inputs,
      outputs: model.getLayer('avgpool').output as tfl.SymbolicTensor,
    });
    const input = image(height, width);
    expect(error((pooled.apply(input) as tf.Tensor).dataSync(), expected)).toBeLessThan(1e-4);
    if (size === '32x32') {
      const logits = (model.apply(input) as tf.Tensor).dataSync();
      expect(error(logits.slice(0, 10), golden.logits)).toBeLessThan(1e-4);
    }
    model.dispose();
  });
});

test("images are resized as PyTorch's interpolate does", () => {
  const resized = new ResizeLayer({ height: 45, width: 70 }).apply(image(32, 32)) as tf.Tensor;
  const all = resized.arraySync() as number[][][][];
  const some = all[0]?.filter((_, y) => y % 9 === 0).flatMap((row) => row.filter((_, x) => x % 14 === 0).flat());
  expect(error(some ?? [], golden.resized)).toBeLessThan(1e-5);
});
