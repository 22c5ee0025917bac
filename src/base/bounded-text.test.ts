import { describe, expect, it } from 'vitest';
import { bounded, boundedText, CUT } from './bounded-text.ts';

describe('bounded', () => {
  it('cuts a text that is too long, and marks the cut', () => {
    expect(bounded('abcd', 4)).toBe('abcd');
    expect(bounded('abcde', 4)).toBe(`abcd${CUT}`);
    expect(bounded('x'.repeat(1e8), 10)).toBe(`${'x'.repeat(10)}${CUT}`);
  });

  it('parts no pair of surrogates', () => {
    expect(bounded('ab🙂cd', 3)).toBe(`ab${CUT}`);
    expect(bounded('ab🙂cd', 4)).toBe(`ab🙂${CUT}`);
  });
});

describe('boundedText', () => {
  it('shows anything', () => {
    expect(boundedText({ toString: () => 'x'.repeat(9) }, 3)).toBe(`xxx${CUT}`);
    expect(boundedText(Symbol('s'), 20)).toBe('Symbol(s)');
    expect(boundedText(Object.create(null), 20)).toBe('a value that cannot be shown');
  });
});
