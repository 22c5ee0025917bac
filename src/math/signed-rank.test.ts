import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRankPValue } from './signed-rank.ts';

describe('signedRankPValue()', () => {
  it('is exact for few differences', () => {
    expect(signedRankPValue([1, 2])).toBe(1 / 4);
    expect(signedRankPValue([1, 2, 3, 4, 5])).toBe(1 / 32);
    expect(signedRankPValue([-1, -2, -3])).toBe(1);
    expect(signedRankPValue([3, -1, 2])).toBe(2 / 8); // the sums 6 and 5 of the eight patterns are at least 5
  });

  it('takes equal sizes and zeros as SciPy 1.17.1 does', () => {
    // scipy.stats.wilcoxon(d, alternative='greater', zero_method='zsplit').pvalue
    const ties = [1, 1, -1, 2, 2, 0, 3];
    expect(signedRankPValue(ties)).toBe(0.0625);
    const many = Array.from({ length: 20 }, (_, at) => ((at * 7) % 5) - 1);
    expect(signedRankPValue(many)).toBeCloseTo(0.006408848742322799, 14);
    const long = Array.from({ length: 60 }, (_, at) => ((at * 37) % 61) - 25.25);
    expect(signedRankPValue(long)).toBeCloseTo(0.025104072278255517, 14);
    expect(signedRankPValue([0, 0, 0])).toBe(1);
    expect(signedRankPValue(new Array(20).fill(0))).toBeCloseTo(0.5, 14);
  });

  it('of differences and of their negatives is 1 together, but for the patterns that are just as far', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (sizes, signs) => {
          const differences = sizes.map((size, at) => ((signs >> at) & 1 ? size : -size));
          const sum = signedRankPValue(differences) + signedRankPValue(differences.map((difference) => -difference));
          expect(sum).toBeGreaterThan(1);
          expect(sum).toBeLessThanOrEqual(2);
        },
      ),
    );
  });
});
