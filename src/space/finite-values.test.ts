import { expect, it } from 'vitest';
import { categorical } from './categorical-distribution.ts';
import type { Distribution } from './distribution.ts';
import { finiteValues } from './finite-values.ts';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';

const all = (distribution: Distribution) => {
  const values = finiteValues(distribution);
  return values && Array.from({ length: values.count }, (_, index) => values.at(index));
};

it('has the values of finite distributions, numbers as they are written', () => {
  expect(all(float(0, 0.5, { step: 0.1 }))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  expect(all(float(-0.2, 1, { step: 0.4 }))).toEqual([-0.2, 0.2, 0.6, 1]);
  expect(all(int(-4, 5, { step: 4 }))).toEqual([-4, 0, 4]);
  expect(all(int(2, 5, { log: true }))).toEqual([2, 3, 4, 5]);
  expect(all(categorical(['b', null, 2]))).toEqual(['b', null, 2]);
  expect(all(float(0.3, 0.3))).toEqual([0.3]);
  expect(all(float(0, 1))).toBeUndefined();
  expect(all(float(1e-3, 1, { log: true }))).toBeUndefined();
});

it('makes no list of many values', () => {
  const values = finiteValues(int(0, 2 ** 53 - 1));
  expect(values?.count).toBe(2 ** 53);
  expect(values?.at(2 ** 52)).toBe(2 ** 52);
});

it('knows the index of each value', () => {
  for (const distribution of [
    float(0, 0.5, { step: 0.1 }),
    int(-4, 5, { step: 4 }),
    categorical(['b', null]),
    int(3, 3),
  ]) {
    const values = finiteValues(distribution);
    for (let index = 0; index < (values?.count ?? 0); index++) expect(values?.indexOf(values.at(index))).toBe(index);
    expect(values?.indexOf('c')).toBe(-1);
  }
  expect(finiteValues(float(0, 0.5, { step: 0.1 }))?.indexOf(0.1 + 0.2)).toBe(3);
});
