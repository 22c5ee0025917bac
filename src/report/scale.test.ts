import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choiceLabels, numberScale, paramScale, valueScale } from './scale.ts';

const labels = (low: number, high: number, log = false) =>
  numberScale('x', low, high, log).ticks.map(({ label }) => label);

describe('numberScale()', () => {
  it('has round marks', () => {
    expect([labels(0, 1), labels(-3, 12), labels(1e6, 5e6), labels(2, 2), labels(0, 0)]).toMatchInlineSnapshot(`
      [
        [
          "0",
          "0.5",
          "1",
        ],
        [
          "0",
          "5",
          "10",
        ],
        [
          "1e6",
          "2e6",
          "3e6",
          "4e6",
          "5e6",
        ],
        [
          "1.8",
          "1.9",
          "2",
          "2.1",
          "2.2",
        ],
        [
          "-1",
          "-0.5",
          "0",
          "0.5",
          "1",
        ],
      ]
    `);
  });

  it('has the powers of ten of a logarithm, and more of them where these are few', () => {
    const log = [labels(1e-5, 1e-1, true), labels(0.2, 7, true), labels(20, 30, true), labels(1e-300, 1e300, true)];
    expect(log).toMatchInlineSnapshot(`
      [
        [
          "1e-5",
          "1e-4",
          "0.001",
          "0.01",
          "0.1",
        ],
        [
          "0.2",
          "0.5",
          "1",
          "2",
          "5",
        ],
        [
          "20",
          "25",
          "30",
        ],
        [
          "1e-254",
          "1e-190",
          "1e-126",
          "1e-62",
          "100",
          "1e66",
          "1e130",
          "1e194",
          "1e258",
        ],
      ]
    `);
  });

  it('takes any two numbers, and its marks lie on it', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, fc.boolean(), (a, b, log) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const scale = numberScale('x', low, high, log && low > 0);
        expect(scale.ticks.length).toBeLessThan(40);
        if (!Number.isFinite(scale.high - scale.low)) return;
        for (const { place } of scale.ticks) {
          expect(place).toBeGreaterThanOrEqual(scale.low);
          expect(place).toBeLessThanOrEqual(scale.high);
        }
      }),
    );
  });
});

describe('valueScale()', () => {
  it('leaves out values that are not finite, and takes logarithms only where all are above 0', () => {
    const scale = valueScale('loss', [Number.NaN, 1, Infinity, 100], true);
    expect([scale.place(10), scale.place(Infinity), scale.place(Number.NaN)]).toEqual([1, Number.NaN, Number.NaN]);
    expect(valueScale('loss', [0, 100], true).place(100)).toBe(100);
    expect(valueScale('loss', [], false).place(0.5)).toBe(0.5);
  });
});

describe('paramScale()', () => {
  it('puts choices side by side, with different labels for any choices', () => {
    const choices = ['adam', null, 'null', true, 'true', 1, '1', '', ' a', '__proto__', Number.NaN];
    expect(choiceLabels(choices)).toEqual([
      ...['adam', 'null', '"null"', 'true', '"true"', '1', '"1"', '""', '" a"', '__proto__', 'NaN'],
    ]);
    const scale = paramScale({ kind: 'choice', name: 'mixed', choices });
    expect([scale.low, scale.high, scale.place(2), scale.label(2)]).toEqual([-0.5, 10.5, 2, '"null"']);
  });
});
