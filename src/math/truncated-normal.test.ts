import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../test/golden/optuna/golden.ts';
import { inverseLogNormalCdf, logAddExp, logNormalCdf, logSumExp, normalCdf } from './special-functions.ts';
import { logMass, truncatedQuantile } from './truncated-normal.ts';

describe('tails', () => {
  it('inverts ln Φ from one end of the numbers to the other', () => {
    for (const a of [-1e150, -1e8, -1e5, -37.05, -20, -5, -1, -0.1, -1e-9, 0, 1e-9, 0.5, 3, 8, 20, 37]) {
      const back = inverseLogNormalCdf(logNormalCdf(a));
      expectClose(back, a, a);
    }
    expect(inverseLogNormalCdf(Math.log(1e-300))).toBeCloseTo(-37.0471, 4);
    expect(inverseLogNormalCdf(0)).toBe(Infinity);
    expect(inverseLogNormalCdf(-Infinity)).toBe(-Infinity);
    expect(inverseLogNormalCdf(0.1)).toBeNaN();
  });

  it('a mass is that of the mirrored interval, and of its halves', () => {
    const bound = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(bound, fc.double({ min: 1e-3, max: 30, noNaN: true }), (a, width) => {
        const [b, middle] = [a + width, a + 0.37 * width];
        expectClose(logMass(-b, -a), logMass(a, b), [a, b]);
        expectClose(logAddExp(logMass(a, middle), logMass(middle, b)), logMass(a, b), [a, middle, b]);
      }),
      { numRuns: 3000 },
    );
  });

  it('quantiles stay within the bounds and rise', () => {
    const bound = fc.double({ min: -300, max: 300, noNaN: true });
    fc.assert(
      fc.property(
        bound,
        fc.double({ min: 1e-3, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, width, p) => {
          const x = truncatedQuantile(p, a, a + width);
          expect(x).toBeGreaterThanOrEqual(a);
          expect(x).toBeLessThanOrEqual(a + width);
          expect(truncatedQuantile(p / 2, a, a + width)).toBeLessThanOrEqual(x + 1e-9 * Math.max(Math.abs(x), 1));
        },
      ),
    );
  });
});

describe('sums of exponentials', () => {
  it('empty, infinite and far apart terms', () => {
    expect(logSumExp(Float64Array.of())).toBe(-Infinity);
    expect(logSumExp(Float64Array.of(-Infinity, -Infinity))).toBe(-Infinity);
    expect(logSumExp(Float64Array.of(-1000, -1000))).toBeCloseTo(-1000 + Math.LN2, 12);
    expect(logSumExp(Float64Array.of(5, -Infinity, -800))).toBe(5);
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logAddExp(-Infinity, 3)).toBe(3);
  });

  it('Φ is symmetric and rises', () => {
    fc.assert(
      fc.property(fc.double({ min: -38, max: 38, noNaN: true }), (a) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
      }),
    );
  });
});
