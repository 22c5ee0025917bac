import { describe, expect, it } from 'vitest';
import { isShellName, SHELLS } from './shells.ts';

const { bash, zsh, fish } = SHELLS;
const plain = (...values: readonly string[]) => values.map((value) => ({ value, describe: '' }));

describe('bash', () => {
  it.each([
    [
      ['show', '--storage', '=', 'a.db', ''],
      ['show', '--storage=a.db', ''],
    ],
    [['--storage', '=', 'sqlite', ':', '///a.db'], ['--storage=sqlite:///a.db']],
    [['--storage', '='], ['--storage=']],
    [
      ["'two words'", `"a \\"b\\""`, 'c\\ d'],
      ['two words', 'a "b"', 'c d'],
    ],
    [["'begun"], ['begun']],
    [[`"it\\'s`], ["it's"]],
    [[''], ['']],
  ])('passes %j, which are %j', (given, words) => {
    expect(bash.words(given)).toEqual(words);
  });

  it('completes the part behind its last split, with what the line needs before special characters', () => {
    expect(bash.lines(plain('--format=json', '--format=csv'), 'j', ['show', '--format=j'])).toEqual(['json', 'csv']);
    expect(bash.lines(plain('a:b c'), 'b', ['show', 'a:b'])).toEqual(['b\\ c']);
    expect(bash.lines(plain('two words', "it's"), 't', ['t'])).toEqual(['two\\ words', "it\\'s"]);
    expect(bash.lines(plain('two words'), "'t", ['t'])).toEqual(['two words']);
  });
});

it('zsh and fish show descriptions, on one line', () => {
  const candidates = [
    { value: 'a:b\\', describe: 'a  study\nof mine' },
    { value: 'c', describe: '' },
  ];
  expect(zsh.lines(candidates, '', [])).toEqual(['a\\:b\\\\:a study of mine', 'c']);
  expect(fish.lines(candidates, '', [])).toEqual(['a:b\\\ta study of mine', 'c']);
});

it('knows the shells that it completes in', () => {
  expect(['bash', 'zsh', 'fish', 'sh', 'toString'].map(isShellName)).toEqual([true, true, true, false, false]);
});
