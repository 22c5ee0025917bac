import { describe, expect, it } from 'vitest';
import { inverseLogNormalCdf, logNormalCdf } from '../../../src/math/special-functions.ts';
import { logMass, truncatedLogDensity, truncatedQuantile } from '../../../src/math/truncated-normal.ts';
import { expectClose, golden } from './golden.ts';

interface Golden {
  readonly logCdf: readonly (readonly [a: number, expected: number])[];
  readonly inverse: readonly (readonly [logP: number, expected: number])[];
  readonly logMass: readonly (readonly [a: number, b: number, expected: number])[];
  readonly quantile: readonly (readonly [p: number, a: number, b: number, expected: number])[];
  readonly logDensity: readonly (readonly [x: number, a: number, b: number, expected: number])[];
}

describe('the normal distribution and its cuts agree with Optuna 5.0.0', () => {
  const rows = golden<Golden>('normal.json');

  it.each(rows.logCdf)('ln Φ(%d)', (a, expected) => expectClose(logNormalCdf(a), expected, a));

  it.each(rows.inverse)('the quantile of e^%d', (logP, expected) =>
    expectClose(inverseLogNormalCdf(logP), expected, logP),
  );

  it.each(rows.logMass)('ln mass of [%d, %d]', (a, b, expected) => expectClose(logMass(a, b), expected, [a, b]));

  it('quantiles', () => {
    expect(rows.quantile.length).toBeGreaterThan(200);
    for (const [p, a, b, expected] of rows.quantile) {
      // Optuna's own quantiles leave the interval by a rounding error, which it clips later.
      expectClose(truncatedQuantile(p, a, b), Math.min(Math.max(expected, a), b), [p, a, b]);
    }
  });

  it('densities', () => {
    expect(rows.logDensity.length).toBeGreaterThan(50);
    for (const [x, a, b, expected] of rows.logDensity) expectClose(truncatedLogDensity(x, a, b), expected, [x, a, b]);
  });
});
