import { describe, expect, test } from 'vitest';
import { channelOf, heated, inRgb, type Picture, reduced, stacked, strip } from './picture.ts';

const picture = (width: number, height: number, channels: number, ...bytes: number[]): Picture => {
  return { bytes: Uint8Array.from(bytes), width, height, channels };
};

describe('a picture', () => {
  test('is in RGB whatever its channels are, without alpha', () => {
    expect([...inRgb(picture(2, 1, 1, 7, 9)).bytes]).toEqual([7, 7, 7, 9, 9, 9]);
    expect([...inRgb(picture(1, 1, 2, 7, 255)).bytes]).toEqual([7, 7, 7]);
    expect([...inRgb(picture(1, 1, 4, 1, 2, 3, 255)).bytes]).toEqual([1, 2, 3]);
  });

  test('is reduced to the means of blocks, those at the border smaller', () => {
    const wide = picture(3, 2, 1, 0, 10, 40, 20, 30, 60);
    expect(reduced(wide, 3)).toBe(wide);
    expect(reduced(wide, 2)).toEqual(picture(2, 1, 1, 15, 50));
    expect(reduced(picture(2, 1, 2, 0, 100, 10, 200), 1)).toEqual(picture(1, 1, 2, 5, 150));
  });

  test('is put beside and below others', () => {
    const [a, b] = [picture(1, 2, 1, 1, 2), picture(1, 2, 1, 3, 4)];
    expect(strip([a, b])).toEqual(picture(2, 2, 1, 1, 3, 2, 4));
    expect(stacked([a, b])).toEqual(picture(1, 4, 1, 1, 2, 3, 4));
  });

  test('shows a colour channel in its colour, and any other in grey', () => {
    const one = picture(1, 1, 4, 1, 2, 3, 4);
    expect([0, 1, 2, 3].map((channel) => [...channelOf(one, channel).bytes])).toEqual([
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
      [4, 4, 4],
    ]);
    expect([...channelOf(picture(1, 1, 1, 5), 0).bytes]).toEqual([5, 5, 5]);
  });

  test('is grey where a map is 0, and warm where it is 1', () => {
    const [cold, hot] = [0, 1].map((value) => [
      ...heated(picture(1, 1, 3, 100, 100, 100), Float32Array.of(value)).bytes,
    ]);
    expect(cold).toEqual([100, 100, 100]);
    const [red = 0, green = 0, blue = 0] = hot ?? [];
    expect([red > green, green > blue, blue < 100]).toEqual([true, true, true]);
  });
});
