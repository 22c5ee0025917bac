import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { categorical, float, space, variant } from '../index.ts';
import type { FlatParams } from '../space/search-space.ts';
import { checkKinds, declaredParams, enqueuedParams, fixedParams, hasParams } from './enqueued-params.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';

const refuse = (name: string, problem: string): never => {
  throw new Error(`${name} ${problem}`);
};
const known = declaredParams(
  space({
    rate: float(0, 1),
    size: categorical([32, 64]),
    optimizer: variant({ adam: { beta: float(0, 1) }, sgd: { momentum: float(0, 1) } }),
  }),
);

describe('parameters to enqueue', () => {
  it('are stored flat, some or all of them', () => {
    expect(enqueuedParams({ optimizer: { kind: 'adam', beta: 0.5 } }, known, refuse)).toEqual({
      optimizer: 'adam',
      'optimizer.adam.beta': 0.5,
    });
    expect(enqueuedParams({ 'optimizer.adam.beta': 0.5, rate: undefined }, known, refuse)).toEqual({
      'optimizer.adam.beta': 0.5,
    });
    expect(enqueuedParams({ anything: 'goes' }, declaredParams(space({})), refuse)).toEqual({ anything: 'goes' });
  });

  it.each([
    [{ rate: 1.5 }, 'rate is 1.5, which is no value of float(0, 1)'],
    [{ size: '32' }, 'size is "32", which is no value of categorical([32,64])'],
    [{ rat: 0.5 }, 'rat is no parameter of the space; it has rate, size, optimizer, '],
    [{ rat: Number.NaN }, 'rat is NaN, which no parameter can be'],
    [{ optimizer: 'sgd', 'optimizer.adam.beta': 0.5 }, 'optimizer.adam.beta is of another branch of `optimizer`'],
  ])('%j are refused', (params, problem) => {
    expect(() => enqueuedParams(params, known, refuse)).toThrow(problem);
  });
});

describe('whether a trial has parameters', () => {
  const has = (own: FlatParams, params: FlatParams) => hasParams(frozenTrial(0, { params: own }), params);

  it('goes by all of them, numbers to five digits at any size', () => {
    expect(has({ a: 1, b: 'x' }, { a: 1, b: 'x' })).toBe(true);
    expect(has({ a: 1, b: 'x' }, { a: 1 })).toBe(false);
    expect(has({ a: 1 }, { a: 1, b: 'x' })).toBe(false);
    expect(has({ a: 1 }, { b: 1 })).toBe(false);
    expect(has({ a: 1 }, { a: '1' })).toBe(false);
    for (const size of [1e-9, 1, 1e9]) {
      expect(has({ a: size * (1 + 0.9e-5) }, { a: size })).toBe(true);
      expect(has({ a: size * (1 + 1.1e-5) }, { a: size })).toBe(false);
    }
    expect(has({ a: 0 }, { a: 1e-12 })).toBe(false);
  });

  it('goes by those that it is to have where it was enqueued', () => {
    const enqueued = frozenTrial(0, { params: { a: 1, b: 2 }, systemAttrs: { [FIXED_PARAMS_KEY]: { a: 1 } } });
    expect(hasParams(enqueued, { a: 1 })).toBe(true);
    expect(hasParams(enqueued, { a: 1, b: 2 })).toBe(false);
    expect(fixedParams(enqueued)).toEqual({ a: 1 });
    for (const odd of [[1], 'text', null]) {
      expect(fixedParams({ systemAttrs: { [FIXED_PARAMS_KEY]: odd } })).toEqual({});
    }
  });
});

it('compares kinds with those of an earlier trial, whose bounds may have been others', () => {
  const distributions = { rate: float(0, 1), size: categorical([32, 64]) };
  const trial = frozenTrial(0, { distributions });
  expect(() => checkKinds({ rate: 7, size: 64, other: 'new' }, trial, refuse)).not.toThrow();
  expect(() => checkKinds({ rate: 'high' }, trial, refuse)).toThrow('rate is "high", and was float(0, 1) so far');
  expect(() => checkKinds({ size: 16 }, trial, refuse)).toThrow('size is 16, and was categorical([32,64]) so far');
});
