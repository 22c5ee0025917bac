import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../space/distribution.ts';
import { CommandLine } from './command-line.ts';

const values: Readonly<Record<string, ParamValue>> = {
  on: true,
  off: false,
  nothing: null,
  x: '1.5',
  'a.b.c': 'deep',
  'my param': "it's $(here)\n🙂",
  empty: '',
};
const fill = (run: string | readonly string[]) => new CommandLine(run).fill((name) => values[name]);

describe('CommandLine', () => {
  it.each<[string, string[]]>([
    ['python train.py --lr {x}', ['python', 'train.py', '--lr', '1.5']],
    ['  a\tb\n c  ', ['a', 'b', 'c']],
    [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
    [`a --x='{x}' "--y={x}" z{x}z`, ['a', '--x=1.5', '--y=1.5', 'z1.5z']],
    [`a "" '' {empty}`, ['a', '', '', '']],
    [`a "\\"\\$\\\\\\n" 'a\\b' \\'`, ['a', '"$\\\\n', 'a\\b', "'"]],
    ['a "b\\\nc" d\\\ne', ['a', 'bc', 'de']],
    ['a {my param} {a.b.c}{x}', ['a', "it's $(here)\n🙂", 'deep1.5']],
    ['a {{x}} }{x} \\{x\\}', ['a', '{x}', '}1.5', '{x}']],
    [`a '{{"lr": {x}}}'`, ['a', '{"lr": 1.5}']],
    ['a \'|\' "&;<>()" \\$ 🙂', ['a', '|', '&;<>()', '$', '🙂']],
  ])('splits %j', (line, words) => {
    expect(fill(line)).toEqual(words);
  });

  it('takes words as they are, but for their braces', () => {
    expect(fill(['sh', '-c', 'echo "$1" | cat', 'sh', '{x}', '{{x}}', ' "'])).toEqual([
      'sh',
      '-c',
      'echo "$1" | cat',
      'sh',
      '1.5',
      '{x}',
      ' "',
    ]);
  });

  it('leaves out words whose parameter the trial does not have, with an option right before', () => {
    expect(fill('a --m {none} --n={none} b {none} -v{x} {none} -- {none} --k {x}')).toEqual([
      'a',
      'b',
      '-v1.5',
      '--',
      '--k',
      '1.5',
    ]);
  });

  it('writes flags for true and false, and leaves out null ones', () => {
    expect(fill('a --on {on} --off={off} {on?--amp} {off?--amp} {on?--amp:--no-amp} {off?--amp:--no-amp}')).toEqual([
      ...['a', '--on', 'true', '--off=false', '--amp', '--amp', '--no-amp'],
    ]);
    expect(fill('a --drop {nothing} --drop={nothing} {nothing?--x:--y} b')).toEqual(['a', 'b']);
    expect(fill('a --verbose {off?--amp} {on?:--quiet} --mode={off?fast:slow} {none?--x:--y}')).toEqual([
      ...['a', '--verbose', '--mode=slow'],
    ]);
    expect(() => fill('a {x?--x}')).toThrow(
      'command(): {x?…} is a flag, and it is "1.5"; a flag is for true and false',
    );
  });

  it.each([
    ['', '`run` is empty; give a program to run.'],
    ['  ', '`run` is empty; give a program to run.'],
    ["'' a", '`run` is empty; give a program to run.'],
    ["a 'b", "`run` has a ' that is not closed: a 'b"],
    ['a "b', '`run` has a " that is not closed: a "b'],
    ['a {b', '`run` has a { that is not closed: {b (write {{ for a brace).'],
    ['a {}', '`run` has {} in it; name a parameter between the braces, or write {{}} for braces.'],
    ['a {?--x}', '`run` has {?--x} in it; name a parameter between the braces, or write {{}} for braces.'],
    ['a {x?:}', '{x?:} is no flag; write {x?--x}.'],
    ['a \\', '`run` ends in a backslash.'],
    [
      'a | b',
      `\`run\` has | in it, and there is no shell; quote it, or write run: ['sh', '-c', 'python a.py --lr "$HPO_PARAM_LR" | tee log'].`,
    ],
  ])('refuses %j', (line, problem) => {
    expect(() => new CommandLine(line)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `command(): ${problem}` }),
    );
  });

  it.each(['a && b', 'a > b', 'a "$HOME"', 'a `b`', 'a $(b)'])(
    'refuses characters that only a shell understands: %s',
    (line) => {
      expect(() => new CommandLine(line)).toThrow('there is no shell');
    },
  );

  it('splits quoted words into the words they were', () => {
    const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`).replaceAll('{', '{{').replaceAll('}', '}}')}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(fill(['a', ...words].map(quoted).join(' '))).toEqual(['a', ...words]);
      }),
    );
  });

  it('keeps any value in its word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(new CommandLine('a {x} "--x={x}"').fill(() => value)).toEqual(['a', value, `--x=${value}`]);
      }),
    );
  });

  it('knows its placeholders', () => {
    const names = new CommandLine('a {x} "{a.b.c}{x?-x}" {{y}}').placeholders.map(({ name }) => name);
    expect(names).toEqual(['x', 'a.b.c', 'x']);
  });
});
