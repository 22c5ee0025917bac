import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { device } from '../backend/device.ts';
import { drawMixture, mixed } from './mixup.ts';

const draws = (alpha: number, count: number) =>
  Array.from({ length: count }, (_, step) => drawMixture(alpha, 4, { seed: 1, epoch: 1, step }));

describe('a mixture', () => {
  test.each([0.05, 0.2, 1, 4, 1000])('has shares of Beta(%d, same): their mean and their spread', (alpha) => {
    const shares = draws(alpha, 4000).map(({ share }) => share);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / shares.length));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
  });

  test('of the smallest alpha takes one of the two images', () => {
    for (const { share } of draws(1e-12, 50)) expect([0, 1]).toContain(share);
  });

  test('pairs the images by a permutation, and is another at each step', () => {
    const all = draws(0.2, 200);
    for (const { partners } of all) expect([...partners].sort()).toEqual([0, 1, 2, 3]);
    expect(new Set(all.map(({ partners }) => partners.join())).size).toBe(24);
    expect(new Set(all.map(({ share }) => share)).size).toBe(200);
    expect(draws(0.2, 3)).toEqual(all.slice(0, 3));
  });
});

test('images are mixed with their partners', async () => {
  await device({ backend: 'wasm' });
  const numbers = tf.tidy(() => {
    const images = tf.tensor2d([0, 1, 10, 11, 20, 21], [3, 2]);
    return [...mixed(images, { share: 0.75, partners: Int32Array.of(2, 1, 0) }).dataSync()];
  });
  expect(numbers).toEqual([5, 6, 10, 11, 15, 16]);
});
