import { beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../../base/rng.ts';
import type { BackendName } from '../backend/candidate.ts';
import { device } from '../backend/device.ts';
import { type Augmentation, imageBatch } from './image-batch.ts';
import { memoryImages } from './memory-images.ts';

/** Two images of 4×3 with two channels, whose bytes encode their places. */
const pixels = Uint8Array.from({ length: 48 }, (_, at) => at + 1);
const set = memoryImages({ pixels, labels: [0, 1], imageShape: [4, 3, 2], classes: ['a', 'b'] });
const identity = { mean: [0, 0], deviation: [1 / 255, 1 / 255] };

async function bytesOf(indices: number[], augmentation?: Augmentation, key = 'a'): Promise<number[]> {
  const augment = augmentation && { augmentation, rng: new Rng(key) };
  const batch = imageBatch(set, Uint32Array.from(indices), identity, augment);
  const values = [...(await batch.data())].map(Math.round);
  batch.dispose();
  return values;
}

/** Pixel [row, column, channel] of image 0, or 0 beyond its border. */
const pixel = (row: number, column: number, channel: number): number =>
  row >= 0 && row < 4 && column >= 0 && column < 3 ? (row * 3 + column) * 2 + channel + 1 : 0;

/** Image 0 as seen through a mapping of places. */
const image = (from: (row: number, column: number) => [number, number]): number[] =>
  Array.from({ length: 24 }, (_, at) => pixel(...from(Math.floor(at / 6), Math.floor(at / 2) % 3), at % 2));

describe.each(['cpu', 'wasm'] as const)('a batch of images on %s', (backend) => {
  beforeAll(() => device({ backend }));

  test('holds the requested images, in their order', async () => {
    expect(await bytesOf([1, 0, 1])).toEqual([...pixels.slice(24), ...pixels.slice(0, 24), ...pixels.slice(24)]);
  });

  test('is normalised channel by channel', async () => {
    const batch = imageBatch(set, Uint32Array.of(0), { mean: [0.5, 0.25], deviation: [0.5, 2] });
    const values = await batch.data();
    expect(values[4]).toBeCloseTo((5 / 255 - 0.5) / 0.5, 6);
    expect(values[5]).toBeCloseTo((6 / 255 - 0.25) / 2, 6);
  });

  test('a horizontal flip mirrors rows', async () => {
    expect(await bytesOf([0], { horizontalFlip: 1 })).toEqual(image((row, column) => [row, 2 - column]));
  });

  test('a vertical flip turns the rows around', async () => {
    expect(await bytesOf([0], { verticalFlip: 1 })).toEqual(image((row, column) => [3 - row, column]));
  });

  test('a probability of one half flips some and leaves others', async () => {
    const seen = new Set<string>();
    for (let key = 0; key < 20; key++) seen.add((await bytesOf([0], { horizontalFlip: 0.5 }, `${key}`)).join());
    expect(seen).toEqual(
      new Set([image((row, column) => [row, column]).join(), image((row, column) => [row, 2 - column]).join()]),
    );
  });

  test('a crop shifts the image by at most the padding and fills with black', async () => {
    const shifts = [-1, 0, 1].flatMap((top) => [-1, 0, 1].map((left) => [top, left] as const));
    const possible = new Set(shifts.map(([top, left]) => image((row, column) => [row + top, column + left]).join()));
    const seen = new Set<string>();
    for (let key = 0; key < 120; key++) seen.add((await bytesOf([0], { cropPadding: 1 }, `${key}`)).join());
    expect(seen).toEqual(possible);
  });

  test('the same stream gives the same changes', async () => {
    const augmentation = { horizontalFlip: 0.5, verticalFlip: 0.5, cropPadding: 2 };
    expect(await bytesOf([0, 1, 0], augmentation)).toEqual(await bytesOf([0, 1, 0], augmentation));
  });
});

test('batches are the same on every backend, bit by bit', async () => {
  const on = async (backend: BackendName) => {
    await device({ backend });
    const augment = {
      augmentation: { horizontalFlip: 0.5, verticalFlip: 0.5, cropPadding: 2 },
      rng: new Rng('bits'),
    };
    const normalisation = { mean: [0.4914, 0.4465], deviation: [0.247, 0.2616] };
    return imageBatch(set, Uint32Array.of(0, 1, 1, 0, 1), normalisation, augment).data();
  };
  expect(await on('wasm')).toEqual(await on('cpu'));
});
