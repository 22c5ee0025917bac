import { expect, it } from 'vitest';
import { bar, formatCount, formatDuration, formatNumber, formatValues } from './format.ts';

it.each([
  [0, '0.0 s'],
  [412, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1m 00s'],
  [725_000, '12m 05s'],
  [3_599_499, '59m 59s'],
  [3_599_500, '1h 00m'],
  [12_000_000, '3h 20m'],
  [360_000_000, '100h 00m'],
])('%i ms are %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

it.each([
  [1.234567, '1.2346'],
  [0.5, '0.5'],
  [100_000.5, '1e+5'],
  [123_456_789, '123456789'],
  [1e-7, '1e-7'],
  [1.25e-7, '1.25e-7'],
  [-0.00123456, '-0.0012346'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('the number %f is %s', (value, expected) => {
  expect(formatNumber(value)).toBe(expected);
});

it('shows values in a row', () => {
  expect(formatValues({ learningRate: 0.00123456, optimizer: 'adam', isFast: true, none: null })).toBe(
    'learningRate=0.0012346 optimizer=adam isFast=true none=null',
  );
});

it.each([
  [5e6, 2e7, 'bytes', '5.0 of 20.0 MB'],
  [3, 12, 'epochs', '3 of 12 epochs'],
  [1.5e6, undefined, 'bytes', '1.5 MB'],
  [7, undefined, undefined, '7'],
])('%d of %d %s are %s', (done, total, unit, expected) => {
  expect(formatCount(done, total, unit)).toBe(expected);
});

it('draws a bar in eighths of a column', () => {
  expect([0, 1 / 32, 0.25, 0.5 + 7 / 32, 1].map((share) => bar(share, 4))).toEqual(['', '▏', '█', '██▉', '████']);
  expect([-1, 2].map((share) => bar(share, 4))).toEqual(['', '████']);
});
