import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Differentiable, minimize } from './l-bfgs.ts';

const EXACT = { iterations: 500, gradientTolerance: 1e-9, valueTolerance: 0, longestStep: 10 };
const free = { lower: new Float64Array(2).fill(-Infinity), upper: new Float64Array(2).fill(Infinity) };

/** Rosenbrock's valley, with its minimum at (1, 1). */
const rosenbrock: Differentiable = (point, gradient) => {
  const [x, y] = point as unknown as [number, number];
  gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
  gradient[1] = 200 * (y - x * x);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
};

describe('minimize()', () => {
  it('follows Rosenbrock’s valley to its end', () => {
    const { point, value, evaluations } = minimize(rosenbrock, Float64Array.of(-1.2, 1), free, EXACT);
    expect(point[0]).toBeCloseTo(1, 7);
    expect(point[1]).toBeCloseTo(1, 7);
    expect(value).toBeLessThan(1e-14);
    expect(evaluations).toBeLessThan(100);
  });

  it('finds the minimum at bounds that the valley leaves', () => {
    const left = { lower: Float64Array.of(-2, -2), upper: Float64Array.of(0.5, 2) };
    const ended = minimize(rosenbrock, Float64Array.of(-1.2, 1), left, EXACT);
    expect([...ended.point].map((x) => Math.round(x * 1e6) / 1e6)).toEqual([0.5, 0.25]);
    const above = { lower: Float64Array.of(-2, 2), upper: Float64Array.of(2, 3) };
    const { point, value } = minimize(rosenbrock, Float64Array.of(1.2, 2.5), above, EXACT);
    expect(point[1]).toBe(2);
    for (const step of [-1e-3, 1e-3]) {
      expect(rosenbrock(Float64Array.of((point[0] as number) + step, 2), new Float64Array(2))).toBeGreaterThan(value);
    }
  });

  it('starts within the box, stays there, and never ends above its start', () => {
    const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 6, maxLength: 6 }), ([a, b, c, d, x, y]) => {
        const [p, q, r, s] = [a, b, c, d] as [number, number, number, number];
        const box = {
          lower: Float64Array.of(Math.min(p, q), Math.min(r, s)),
          upper: Float64Array.of(Math.max(p, q), Math.max(r, s)),
        };
        const seen: Float64Array[] = [];
        const watched: Differentiable = (point, gradient) => {
          seen.push(point);
          return rosenbrock(point, gradient);
        };
        const { value } = minimize(watched, Float64Array.of(x as number, y as number), box, EXACT);
        const isInside = (x: number, i: number) => x >= (box.lower[i] as number) && x <= (box.upper[i] as number);
        expect(seen.every((point) => point.every(isInside))).toBe(true);
        expect(value).toBeLessThanOrEqual(rosenbrock(seen[0] as Float64Array, new Float64Array(2)));
      }),
    );
  });

  it('stays where the function is not finite, and where it has no slope', () => {
    const start = Float64Array.of(0.5, 0.5);
    const nowhere: Differentiable = (_, gradient) => {
      gradient.fill(1);
      return Number.NaN;
    };
    const flat: Differentiable = (_, gradient) => {
      gradient.fill(0);
      return 3;
    };
    expect(minimize(nowhere, start, free, EXACT)).toEqual({ point: start, value: Number.NaN, evaluations: 1 });
    expect(minimize(flat, start, free, EXACT)).toEqual({ point: start, value: 3, evaluations: 1 });
  });
});
