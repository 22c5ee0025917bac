import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { Arc4 } from './arc4.ts';

const drawn = (next: () => number, count = 300) => Array.from({ length: count }, next);
const own = (key: string) => {
  const generator = new Arc4(key);
  return () => generator.double();
};

describe('draws of ARC4', () => {
  it('are those of seedrandom, for keys of any length and characters', () => {
    for (const key of ['', '\0', '0', '20/3/sampler', 'é\u{1f600}\uffff', 'x'.repeat(255), 'ab'.repeat(300)]) {
      expect(drawn(own(key)), key).toEqual(drawn(seedrandom(key)));
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (key) => {
        expect(drawn(own(key), 40)).toEqual(drawn(seedrandom(key), 40));
      }),
    );
  });

  it('lie in [0, 1)', () => {
    const draws = drawn(own('range'), 50_000);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });
});
