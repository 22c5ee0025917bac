import { expect, test } from 'vitest';
import { NATIVE_BEGINS, NATIVE_ENDS, NativeLines } from './native-lines.ts';

test('lines between the marks are from native libraries, those before and after from the study', () => {
  const lines = new NativeLines();
  const taken = ['a', NATIVE_BEGINS, 'b', 'c', NATIVE_ENDS, 'd'].flatMap((line) => lines.take(line) ?? []);
  expect(taken.map(({ text, isNative }) => (isNative ? `native ${text}` : text))).toEqual([
    'a',
    'native b',
    'native c',
    'd',
  ]);
});

test('a line that lacks its end before a mark is kept', () => {
  const lines = new NativeLines();
  expect(lines.take(`a${NATIVE_BEGINS}`)).toEqual({ text: 'a', isNative: false });
  expect(lines.take(`b${NATIVE_ENDS}`)).toEqual({ text: 'b', isNative: true });
});
