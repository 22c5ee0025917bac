import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfRankWarp, linearWarp } from './output-warp.ts';

const warps = [
  ['linear', linearWarp],
  ['half-rank', halfRankWarp],
] as const;
const loss = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, 1),
);
const losses = fc.array(loss, { minLength: 1, maxLength: 40 });

describe.each(warps)('the %s warp', (_, warp) => {
  it('keeps the order, whatever the losses', () => {
    fc.assert(
      fc.property(losses, (given) => {
        const warped = warp(Float64Array.from(given));
        expect(warped.every(Number.isFinite)).toBe(true);
        const order = [...given.keys()].sort((i, k) => (given[i] as number) - (given[k] as number));
        for (let place = 1; place < order.length; place++) {
          const [i, k] = [order[place - 1] as number, order[place] as number];
          const [before, after] = [warped[i] as number, warped[k] as number];
          if (!(before <= after)) throw new Error(`${given[i]} became ${before}, and ${given[k]} ${after}`);
        }
      }),
    );
  });

  it('has mean 0 and deviation 1, or 0 where all losses are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }), (given) => {
        const warped = warp(Float64Array.from(given, (loss) => loss / 100));
        const mean = warped.reduce((sum, value) => sum + value, 0) / given.length;
        const square = warped.reduce((sum, value) => sum + value * value, 0) / given.length;
        expect(Math.abs(mean)).toBeLessThan(1e-9);
        expect(Math.abs(square - (new Set(given).size > 1 ? 1 : 0))).toBeLessThan(1e-9);
      }),
    );
  });

  it('makes a diverged loss harmless', () => {
    const with30 = (diverged: number) => warp(Float64Array.of(0.1, 0.2, 0.4, 0.5, 0.9, 0.7, 0.3, diverged));
    const [moderate, immense] = [with30(2), with30(1e30)];
    expect([...immense].map((value) => value.toFixed(6))).toEqual([...moderate].map((value) => value.toFixed(6)));
    expect(Math.min(...immense)).toBeLessThan(-1);
  });

  it('tells the better half apart where the rest is equal', () => {
    const warped = warp(Float64Array.of(1, 1, 1, 1, 1, 0, 0.5));
    expect(warped[5]).toBeLessThan(warped[6] as number);
    expect(warped[6]).toBeLessThan(warped[0] as number);
  });

  it('tells the worse half apart where the other is equal', () => {
    const warped = warp(Float64Array.of(0, 0, 0, 0, 0, 2, 1));
    expect(warped[6]).toBeLessThan(warped[5] as number);
    expect(warped[0]).toBeLessThan(warped[6] as number);
  });
});

it('the linear warp leaves losses in proportion', () => {
  const [a, b, c, d] = linearWarp(Float64Array.of(0, 1, 2, 4)) as unknown as [number, number, number, number];
  expect((d - b) / (b - a)).toBeCloseTo(3, 12);
  expect((c - b) / (b - a)).toBeCloseTo(1, 12);
});

it('the half-rank warp takes the worse half by its ranks', () => {
  const [first, then] = [
    [7, 8, 9],
    [70, 80, 9e9],
  ].map((worse) => halfRankWarp(Float64Array.of(0, 1, 3, ...worse)));
  expect([...(first ?? [])].map((value) => value.toFixed(9))).toEqual(
    [...(then ?? [])].map((value) => value.toFixed(9)),
  );
});
