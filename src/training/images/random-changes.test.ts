import { describe, expect, test } from 'vitest';
import type { Augmentation } from './augmentation.ts';
import { randomChanges } from './random-changes.ts';

const shape = [32, 32, 3] as const;
const all: Augmentation = {
  horizontalFlip: 0.5,
  verticalFlip: 0.5,
  rotationDegrees: 90,
  cropPadding: 4,
  colourJitter: { brightness: 0.5, contrast: 1.5, saturation: 0.25, hue: 0.5 },
  cutoutSize: 16,
};
const drawn = (augmentation: Augmentation, count: number, place = { seed: 1, epoch: 1 }) => {
  const changes = randomChanges(augmentation, place);
  return Array.from({ length: count }, (_, index) => changes.of(index, shape));
};

describe('the random changes of images', () => {
  test('follow from the seed, the epoch and the image', () => {
    expect(drawn(all, 20)).toEqual(drawn(all, 20));
    const others = [drawn(all, 20, { seed: 2, epoch: 1 }), drawn(all, 20, { seed: 1, epoch: 2 })];
    for (const other of others) expect(other).not.toEqual(drawn(all, 20));
    expect(drawn(all, 20)[3]).toEqual(randomChanges(all, { seed: 1, epoch: 1 }).of(3, shape));
  });

  test('do not depend on which other changes are made', () => {
    const { cutoutSize = 0, horizontalFlip = 0, rotationDegrees = 0 } = all;
    const [whole, flips] = [drawn(all, 20), drawn({ horizontalFlip }, 20)];
    expect(whole.map(({ isMirrored }) => isMirrored)).toEqual(flips.map(({ isMirrored }) => isMirrored));
    expect(whole.map(({ hole }) => hole)).toEqual(drawn({ cutoutSize }, 20).map(({ hole }) => hole));
    expect(whole.map(({ degrees }) => degrees)).toEqual(drawn({ rotationDegrees }, 20).map(({ degrees }) => degrees));
  });

  test('are spread evenly over their ranges', () => {
    const count = 20_000;
    const changes = drawn(all, count);
    const share = (isSo: (change: (typeof changes)[number]) => boolean) => changes.filter(isSo).length / count;
    // Five standard deviations of a share of one half are 0.018.
    expect(share(({ isMirrored }) => isMirrored)).toBeCloseTo(0.5, 1);
    expect(Math.abs(share(({ isMirrored }) => isMirrored) - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(share(({ isMirrored, isUpsideDown }) => isMirrored === isUpsideDown) - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(share(({ degrees, isMirrored }) => degrees > 0 === isMirrored) - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(share(({ degrees }) => Math.abs(degrees) < 45) - 0.5)).toBeLessThan(0.018);
    expect(new Set(changes.map(({ top }) => top)).size).toBe(9);
    expect(new Set(changes.map(({ left }) => left)).size).toBe(9);
    expect(new Set(changes.map(({ colours }) => colours.map(({ kind }) => kind).join())).size).toBe(24);
    const amounts = (wanted: string) =>
      changes.flatMap(({ colours }) => colours.filter(({ kind }) => kind === wanted).map(({ amount }) => amount));
    for (const [kind, low, high] of [
      ['brightness', 0.5, 1.5],
      ['contrast', 0, 2.5],
      ['saturation', 0.75, 1.25],
      ['hue', -0.5, 0.5],
    ] as const) {
      const sorted = amounts(kind).sort((a, b) => a - b);
      expect(sorted[0]).toBeGreaterThanOrEqual(low);
      expect(sorted.at(-1)).toBeLessThan(high);
      expect(sorted[0]).toBeCloseTo(low, 2);
      expect(sorted[Math.floor(sorted.length / 2)]).toBeCloseTo((low + high) / 2, 1);
      expect(sorted.at(-1)).toBeCloseTo(high, 2);
    }
  });

  test('are none where nothing is asked for', () => {
    const nothing = {
      isMirrored: false,
      isUpsideDown: false,
      degrees: 0,
      top: 0,
      left: 0,
      colours: [],
      hole: [0, 0, 0, 0],
    };
    expect(drawn({}, 1)).toEqual([nothing]);
    const strengths = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };
    expect(drawn({ rotationDegrees: 0, colourJitter: strengths, cutoutSize: 0, cropPadding: 0 }, 1)).toEqual([nothing]);
    expect(randomChanges({ colourJitter: strengths }, { seed: 1, epoch: 1 }).isMove).toBe(true);
    expect(randomChanges({ colourJitter: { hue: 0.1 } }, { seed: 1, epoch: 1 }).isMove).toBe(false);
  });
});

test.each([
  [{ horizontalFlip: 1.5 }, 'augmentation: `horizontalFlip` is 1.5; give a number from 0 to 1.'],
  [{ verticalFlip: Number.NaN }, 'augmentation: `verticalFlip` is NaN; give a number from 0 to 1.'],
  [{ rotationDegrees: 181 }, 'augmentation: `rotationDegrees` is 181; give a number from 0 to 180.'],
  [{ cropPadding: 1.5 }, 'augmentation: `cropPadding` is 1.5; give a whole number from 0 to 16777216.'],
  [{ cutoutSize: -1 }, 'augmentation: `cutoutSize` is -1; give a whole number from 0 to 16777216.'],
  [{ rotation: 3 }, 'augmentation: there is no `rotation`; there are horizontalFlip, verticalFlip, rotationDegrees,'],
  [{ colourJitter: 0.5 }, 'augmentation, `colourJitter`: the options are 0.5; give an object.'],
  [{ colourJitter: { hue: 0.6 } }, 'augmentation, `colourJitter`: `hue` is 0.6; give a number from 0 to 0.5.'],
  [{ colourJitter: { contrast: -1 } }, 'augmentation, `colourJitter`: `contrast` is -1; give a number from 0 on.'],
])('%j is refused in one line', (augmentation, message) => {
  expect(() => randomChanges(augmentation as Augmentation, { seed: 1, epoch: 1 })).toThrow(message);
});
