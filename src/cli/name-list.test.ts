import { expect, it } from 'vitest';
import { parseNames } from './name-list.ts';

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  a: ['a'],
  b: ['b'],
  'a,b': ['the one with a comma'],
  'c,d,e': ['three pieces'],
  both: ['a', 'b'],
};

const parse = (list: string) =>
  parseNames(
    list,
    (name) => GROUPS[name] ?? [],
    (name) => {
      throw new Error(`unknown: '${name}'`);
    },
  );

it.each([
  ['a', ['a']],
  [' b , a ', ['b', 'a']],
  ['b,both,a', ['b', 'a']],
  ['a,b,a', ['the one with a comma', 'a']],
  ['b,c,d,e,b', ['b', 'three pieces']],
])('%j stands for the longest known names, each once', (list, names) => {
  expect(parse(list)).toEqual(names);
});

it.each([
  ['', "unknown: ''"],
  ['a,', "unknown: ''"],
  ['b, x ,a', "unknown: 'x'"],
  ['c,d', "unknown: 'c'"],
])('%j is refused by the first piece that begins no name', (list, message) => {
  expect(() => parse(list)).toThrow(message);
});
