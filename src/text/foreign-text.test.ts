import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotted, programLine, visible, visibleLines } from './foreign-text.ts';

const ESC = '\u001b';
const BEL = '\u0007';
const COLORS = new RegExp(`${ESC}\\[[0-9;:]*m`, 'g');

/** Texts of the characters that are most likely to do harm, and of pieces of control sequences. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(ESC, BEL, '\r', '\n', '\t', '\u009b', '\u009d', '\u009c', '\u0090', '\u202e', '\u2066', '\u200b'),
      fc.constantFrom('[', ']', '31', ';', ':', 'm', 'H', '2J', 'K', '\\', 'P', '8;;', ' ', 'x', '\u{e0041}', '\ud83d'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''));

/**
 * Every character that may act on a terminal or be invisible on it; more than {@link visible} hides, which spares
 * emoji.
 */
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u200b\u2060-\u206f\ufeff\u{e0000}-\u{e00ff}]/u;

describe('visible text', () => {
  it('has no character that could deceive a terminal or an eye', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(visible(text)).not.toMatch(HARMFUL);
        expect(dotted(text)).not.toMatch(HARMFUL);
        expect(visibleLines(text).replaceAll(/[\n\t]/g, '')).not.toMatch(HARMFUL);
      }),
    );
  });

  it('is what JSON reads back, for a text without backslashes and quotes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = text.replaceAll(/["\\]/g, '');
        expect(JSON.parse(`"${visible(bare)}"`)).toBe(bare);
      }),
    );
  });

  it('shows hidden characters as escapes, and leaves others', () => {
    expect(visible(`a\nb\t${ESC}[2J \u0085 \u202eabc\u2069 z\u200bz \u2028 \u{e0041} \ud83d!`)).toBe(
      String.raw`a\nb\t\u001b[2J \u0085 \u202eabc\u2069 z\u200bz \u2028 \udb40\udc41 \ud83d!`,
    );
    expect(visible('soft\u00adhyphen, \ufeffBOM, \u3164filler, v\ufe0fs')).toBe(
      String.raw`soft\u00adhyphen, \ufeffBOM, \u3164filler, v\ufe0fs`,
    );
    expect(visibleLines(`a\n\tb${ESC}`)).toBe('a\n\tb\\u001b');
    expect(dotted(`a${ESC}b\u202ec`)).toBe('a·b·c');
  });

  it('leaves emoji, and the joiners of scripts that need them, but not joiners that only make a name look like another', () => {
    for (const text of ['👩‍👩‍👧 ❤️ 👍🏽 5️⃣ 🏳️‍🌈', 'می‌خواهم', 'क्‍ष', 'λ-日本 é', '\u00a0']) expect(visible(text)).toBe(text);
    expect(visible('l\u200dr')).toBe(String.raw`l\u200dr`);
    expect(visible('5\ufe0f')).toBe(String.raw`5\ufe0f`);
    expect(visible('می\u200c\u200cخ')).toBe(String.raw`می\u200c\u200cخ`);
  });
});

describe('a line of a program', () => {
  it('only colours a terminal, and only to the end of the line', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, hasColors) => {
        const shown = programLine(text, hasColors);
        const codes = shown.match(COLORS) ?? [];
        expect(shown.replaceAll(COLORS, '')).not.toMatch(HARMFUL);
        if (!hasColors) expect(codes).toEqual([]);
        if (codes.length > 0) expect(shown.endsWith(`${ESC}[0m`)).toBe(true);
      }),
    );
  });

  it('keeps colours whole or drops them whole', () => {
    const line = `${ESC}[1;38;5;9mloss${ESC}[m ${ESC}[4:3m0.5`;
    expect(programLine(line, true)).toBe(`${line}${ESC}[0m`);
    expect(programLine(line, false)).toBe('loss 0.5');
  });

  it.each([
    ['CSI', `a${ESC}[2J${ESC}[10;20H${ESC}[?25l${ESC}[>4;1m${ESC}[1 qb`],
    ['CSI in 8 bits', 'a\u009b2J\u009b31mb'],
    ['OSC up to BEL', `a${ESC}]0;title${BEL}${ESC}]52;c;Y3VybA==${BEL}b`],
    ['OSC up to ST', `a${ESC}]8;;http://x${ESC}\\${ESC}]8;;${ESC}\\b`],
    ['OSC in 8 bits', 'a\u009d0;title\u009cb'],
    ['DCS, SOS, PM and APC', `a${ESC}P1$r0m${ESC}\\${ESC}Xs${ESC}\\${ESC}^p${ESC}\\${ESC}_a${ESC}\\\u0090q\u009cb`],
    ['escapes', `a${ESC}c${ESC}7${ESC}(0${ESC}#8${ESC}Mb`],
  ])('drops other sequences whole: %s', (_, line) => {
    expect(programLine(line, true)).toBe('ab');
    expect(programLine(line, false)).toBe('ab');
  });

  it('shows a sequence that does not end, so that no text is lost', () => {
    expect(programLine(`a${ESC}[31`, true)).toBe(String.raw`a\u001b[31`);
    expect(programLine(`a${ESC}]0;title and more`, true)).toBe(String.raw`a\u001b]0;title and more`);
    expect(programLine(`a\b\u0007b${ESC}`, true)).toBe(String.raw`a\b\u0007b\u001b`);
  });

  it('shows the last state of text that was written over', () => {
    expect(programLine('\r 10%|█ | 1/10\r 20%|██ | 2/10', false)).toBe(' 20%|██ | 2/10');
    expect(programLine('50%\r100%\r', false)).toBe('100%');
    expect(programLine('a\tb', false)).toBe('a    b');
  });
});
