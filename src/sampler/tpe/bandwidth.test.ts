import { expect, it } from 'vitest';
import { FloatDistribution } from '../../space/float-distribution.ts';
import { normalKernels } from './bandwidth.ts';
import { ParamColumn } from './param-column.ts';

const distribution = new FloatDistribution(0, 100);

function kernelsOf(...values: readonly number[]) {
  const column = new ParamColumn(distribution);
  for (const [row, value] of values.entries()) column.set(row, value);
  const rows = Uint32Array.from(values.keys());
  const { means, sigmas } = normalKernels(distribution, column.observations(rows, Int32Array.from(rows)));
  return { means: [...means], sigmas: [...sigmas] };
}

it('the prior alone is as wide as the range, in its middle', () => {
  expect(kernelsOf()).toEqual({ means: [50], sigmas: [100] });
});

it('a single observation reaches to the farther end of the range', () => {
  expect(kernelsOf(30)).toEqual({ means: [30, 50], sigmas: [70, 100] });
});

it('an observation reaches to the farther of its neighbours, in whatever order they came', () => {
  expect(kernelsOf(80, 10, 40)).toEqual({ means: [80, 10, 40, 50], sigmas: [40, 30, 40, 100] });
});

it('one among equal ones is as narrow as a part of the range that shrinks with their number', () => {
  expect(kernelsOf(50, 50, 50).sigmas).toEqual([20, 20, 20, 100]);
  const many = kernelsOf(...Array(200).fill(50));
  expect(new Set(many.sigmas.slice(0, -1))).toEqual(new Set([1]));
});
