import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from './columns.ts';
import { shortNames } from './short-names.ts';

describe('shortNames()', () => {
  it('leaves names that fit, and leaves out the middle of others', () => {
    expect(shortNames(['lr', 'model.encoder.attention.dropout', 'model.decoder.attention.dropout'], 20)).toEqual([
      ...['lr', 'model.e…tion.dropout', 'model.d…tion.dropout'],
    ]);
  });

  it('shows the difference of names with equal beginnings and ends', () => {
    const names = [0, 1, 12].map((block) => `model_encoder_block_${block}_attention_very_long_parameter_name`);
    expect(shortNames([...names, 'dropout'], 20)).toEqual([
      ...['…block_0_attention_…', '…block_1_attention_…', '…block_12_attention…', 'dropout'],
    ]);
    expect(shortNames(['同じ名前の学習率その一', '同じ名前の学習率その二'], 10)).toEqual(['同…その一', '同…その二']);
  });

  it('numbers names that would look the same', () => {
    const names = ['ab', 'ac'].map((start) => `${start}${'x'.repeat(40)}${start}${'y'.repeat(40)}`);
    expect(new Set(shortNames([...names, ...names], 12)).size).toBe(2);
    expect(shortNames(['abaaX', 'acaaX'], 2)).toEqual(['……', '~2']);
  });

  it('keeps different names different and within the width, whatever they are', () => {
    const part = fc.constantFrom('block_', 'layer.', '0', '1', '12', 'x'.repeat(9), '学習', '🎉', 'é', '…', '~2');
    const name = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (names, width) => {
          const short = shortNames(names, width);
          for (const [at, own] of short.entries()) {
            const given = names[at] as string;
            expect(textWidth(own)).toBeLessThanOrEqual(Math.max(width, 0));
            if (textWidth(given) <= width) expect(own).toBe(given);
          }
          if (width >= 6) expect(new Set(short).size).toBe(names.length);
        },
      ),
    );
  });
});
