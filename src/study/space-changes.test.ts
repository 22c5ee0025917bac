import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { categorical, float, int, space } from '../index.ts';
import type { Distribution } from '../space/distribution.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import {
  changedParams,
  incompatibleParams,
  isRecordedWith,
  type StoredSide,
  spaceDifference,
} from './space-changes.ts';
import { spaceRecord } from './space-record.ts';

const x = float(0, 1);
const declared = space({ x, y: int(1, 9) });

const trialsOf = (...all: readonly Readonly<Record<string, Distribution>>[]) =>
  all.map((distributions, number) => frozenTrial(number, { distributions }));

describe('the parameters of trials that do not fit a space', () => {
  it('are named once each, with the first reason', () => {
    const trials = trialsOf({ x: float(0.1, 1, { log: true }) }, { x: categorical(['a']), y: float(1, 9) }, { x });
    expect(incompatibleParams(trials, declared)).toEqual([
      'of its parameter `x`, it was logarithmic and is linear now',
      'of its parameter `y`, it was float and is int now',
    ]);
  });

  it('are none where bounds alone differ, or the space has no such parameter', () => {
    expect(incompatibleParams(trialsOf({ x: float(-9, 9), z: categorical([1]) }), declared)).toEqual([]);
  });
});

describe('the parameters that a space has changed', () => {
  const trial = (number: number, params: FlatParams, fields: Partial<FrozenTrial> = {}) =>
    frozenTrial(number, { params, values: [number], ...fields });
  const former = new Map<string, Distribution>([
    ['x', x],
    ['z', x],
  ]);
  const changed = (trials: readonly FrozenTrial[], recorded?: StoredSide['recorded']) =>
    changedParams({ trials, directions: ['minimize'], recorded }, declared);

  it('are those that complete trials lack, and those that it declares no longer', () => {
    const trials = [trial(0, {}, { state: 'FAIL' }), trial(1, { x: 1, z: 1 }), trial(2, { x: 1, w: 1, z: 1 })];
    expect(changed(trials, former)).toBe(
      'its space has other parameters than its trials: `y` is new (trial 1 has none), `z` is declared no longer, as ' +
        'after a renaming',
    );
    expect(changed([trial(3, { z: 1 })], former)).toBe(
      'its space has other parameters than its trials: `x` is new (trial 3 has none), `y` is new (trial 3 has none), ' +
        '`z` is declared no longer',
    );
  });

  it('are none where the space was recorded with the same names, whatever its trials have', () => {
    const same = new Map<string, Distribution>([
      ['y', x],
      ['x', x],
    ]);
    expect(changed([trial(0, {})], same)).toBeUndefined();
    expect(changed([trial(0, { x: 1, y: 1, z: 1 })], new Map([['x', x]]))).toBeUndefined();
  });

  it('are those that the best trials lack, where no space was recorded', () => {
    const trials = [trial(0, { x: 1, y: 1, w: 1 }), trial(1, { x: 1 })];
    expect(changed(trials)).toBeUndefined();
    expect(changed(trials.slice(1))).toBe(
      'its space has other parameters than its trials: `y` is new (trial 1 has none)',
    );
  });
});

it('knows whether a space was recorded with the same names', () => {
  expect(isRecordedWith(spaceRecord(declared), declared)).toBe(true);
  expect(isRecordedWith(spaceRecord(space({ x })), declared)).toBe(false);
  expect(isRecordedWith(spaceRecord(space({ x, y: int(1, 9), z: x })), declared)).toBe(false);
  for (const none of [undefined, null, 'text', []]) expect(isRecordedWith(none, declared)).toBe(false);
});

describe('the difference between a space and the recorded one', () => {
  const recorded = (all: Readonly<Record<string, Distribution>>) =>
    spaceDifference(new Map(Object.entries(all)), declared);

  it('names every parameter that is another one, bounds included', () => {
    expect(recorded({ x: float(0, 2), y: int(1, 9), z: categorical(['a']) })).toBe(
      'in its space `x` was float(0, 2) and is float(0, 1) now; `z` was categorical(["a"]) and is not there now',
    );
    expect(recorded({ x })).toBe('in its space `y` was not there and is int(1, 9) now');
  });

  it('is none where all parameters are the same in any order, or no space is recorded', () => {
    expect(recorded({ y: int(1, 9), x: float(0, 1) })).toBeUndefined();
    expect(spaceDifference(undefined, declared)).toBeUndefined();
  });
});
