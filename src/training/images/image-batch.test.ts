import { beforeAll, describe, expect, test } from 'vitest';
import type { BackendName } from '../backend/candidate.ts';
import { device } from '../backend/device.ts';
import type { Augmentation } from './augmentation.ts';
import { imageBatch } from './image-batch.ts';
import { memoryImages } from './memory-images.ts';
import { randomChanges } from './random-changes.ts';

/** Two images of 4×3 with two channels, whose bytes encode their places. */
const pixels = Uint8Array.from({ length: 48 }, (_, at) => at + 1);
const set = memoryImages({ pixels, labels: [0, 1], imageShape: [4, 3, 2], classes: ['a', 'b'] });
const identity = { mean: [0, 0], deviation: [1 / 255, 1 / 255] };

async function bytesOf(indices: number[], augmentation?: Augmentation, seed = 1): Promise<number[]> {
  const changes = augmentation && randomChanges(augmentation, { seed, epoch: 1 });
  const batch = imageBatch(set, Uint32Array.from(indices), identity, changes);
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
    for (let seed = 0; seed < 20; seed++) seen.add((await bytesOf([0], { horizontalFlip: 0.5 }, seed)).join());
    expect(seen).toEqual(
      new Set([image((row, column) => [row, column]).join(), image((row, column) => [row, 2 - column]).join()]),
    );
  });

  test('a crop shifts the image by at most the padding and fills with black', async () => {
    const shifts = [-1, 0, 1].flatMap((top) => [-1, 0, 1].map((left) => [top, left] as const));
    const possible = new Set(shifts.map(([top, left]) => image((row, column) => [row + top, column + left]).join()));
    const seen = new Set<string>();
    for (let seed = 0; seed < 120; seed++) seen.add((await bytesOf([0], { cropPadding: 1 }, seed)).join());
    expect(seen).toEqual(possible);
  });

  test('a square about any pixel is cut out, at the border in part', async () => {
    const holes = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const values = await bytesOf([0], { cutoutSize: 2 }, seed);
      holes.add(
        values
          .map((value, at) => (value === 0 ? at : ''))
          .join(' ')
          .trim()
          .replaceAll(/ +/g, ' '),
      );
      expect(values.filter((value, at) => value !== 0 && value !== at + 1)).toEqual([]);
    }
    // [row, column, channel] is (row · 3 + column) · 2 + channel; the square is [row − 1, row + 1) × [column − 1, column + 1).
    expect(holes).toContain('0 1');
    expect(holes).toContain('0 1 2 3');
    expect(holes).toContain('14 15 16 17 20 21 22 23');
    expect(holes.size).toBe(12);
  });

  test.each<Augmentation>([
    { horizontalFlip: 0.5, verticalFlip: 0.5, cropPadding: 2, cutoutSize: 1 },
    { horizontalFlip: 0.5, rotationDegrees: 45, cropPadding: 1 },
  ])('an image is changed alike in any batch: %j', async (augmentation) => {
    const [first, second] = [await bytesOf([0], augmentation), await bytesOf([1], augmentation)];
    expect(await bytesOf([0, 1, 0], augmentation)).toEqual([...first, ...second, ...first]);
    expect(await bytesOf([1, 0], augmentation)).toEqual([...second, ...first]);
  });
});

const colours = memoryImages({
  pixels: Uint8Array.from({ length: 2 * 30 }, (_, at) => (at * 97) % 256),
  labels: [0, 1],
  imageShape: [5, 2, 3],
  classes: ['a', 'b'],
});
const moves = { horizontalFlip: 0.5, verticalFlip: 0.5, cropPadding: 2, cutoutSize: 2 };
const jitter = { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 };

test.each([
  ['moved', moves],
  ['computed', { ...moves, rotationDegrees: 90, colourJitter: jitter }],
])('batches of %s images are the same on every backend, bit by bit', async (_, given) => {
  const seed = 5;
  const on = async (backend: BackendName) => {
    await device({ backend });
    const normalisation = { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] };
    return imageBatch(
      colours,
      Uint32Array.of(0, 1, 1, 0, 1),
      normalisation,
      randomChanges(given, { seed, epoch: 2 }),
    ).data();
  };
  expect(await on('wasm')).toEqual(await on('cpu'));
});

test('moved images are those that the computation of pixels gives', async () => {
  const drawn = randomChanges(moves, { seed: 8, epoch: 1 });
  const indices = Uint32Array.from({ length: 40 }, (_, index) => index);
  const many = memoryImages({
    pixels: Uint8Array.from({ length: 40 * 60 }, (_, at) => (at * 97) % 256),
    labels: new Uint8Array(40),
    imageShape: [5, 4, 3],
    classes: ['a'],
  });
  const unchanged = { mean: [0, 0, 0], deviation: [1, 1, 1] };
  for (const backend of ['cpu', 'wasm'] as const) {
    await device({ backend });
    const [moved, computed] = [drawn, { ...drawn, isMove: false }].map((changes) =>
      imageBatch(many, indices, unchanged, changes),
    );
    expect(await moved?.data()).toEqual(await computed?.data());
    moved?.dispose();
    computed?.dispose();
  }
});

test('colours of images with two channels are refused in one line', () => {
  const changes = randomChanges({ colourJitter: { brightness: 0.5 } }, { seed: 1, epoch: 1 });
  expect(() => imageBatch(set, Uint32Array.of(0), identity, changes)).toThrowErrorMatchingInlineSnapshot(
    `[HpoError: a colour jitter changes images of 1 channel or 3, and these have 2: leave \`colourJitter\` out]`,
  );
});
