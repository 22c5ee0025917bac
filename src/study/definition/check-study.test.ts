import { expect, it } from 'vitest';
import { HpoError } from '../../base/errors.ts';
import { median } from '../../pruner/median.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { space } from '../../space/search-space.ts';
import { createStudy } from '../open-study.ts';
import { defineStudy } from './define-study.ts';

const right = { name: 's', space: space({ x: float(0, 1) }), objective: () => 1 };
// biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
const define = (more: object) => defineStudy({ ...right, ...more } as any);
const holes: unknown[] = [{ x: 0.5 }];
holes.length = 2;
const cycle: unknown[] = [];
cycle.push(cycle);

function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (HpoError.is(error)) return error.message;
    throw error;
  }
  return 'it was accepted';
}

it.each([
  [() => define({ device: 5 }), 'defineStudy(): `device` is 5; give a function.'],
  [() => define({ prepare: {} }), 'defineStudy(): `prepare` is an object; give a function.'],
  [
    () => define({ defaultProfile: null }),
    "defineStudy(): `defaultProfile` is null; give an object of profiles by the kind of device: { cpu: 'quick' }.",
  ],
  [
    () => define({ profiles: { quick: {} }, defaultProfile: { cpu: Object.create(null) } }),
    'defineStudy(): `defaultProfile.cpu` is an object; the profiles are quick.',
  ],
  [
    () => define({ sampler: { name: 5, start: () => ({ params: new Map() }), sample: () => 1 } }),
    'defineStudy(): the `name` of the sampler is 5; give a string.',
  ],
  [
    () => define({ sampler: { name: 's', options: [[], undefined, () => 1], start: () => ({}), sample: () => 1 } }),
    'defineStudy(): the `options` of the sampler are kept with the study as JSON, and it holds undefined.',
  ],
  [() => define({ enqueue: holes }), 'defineStudy(): `enqueue[1]` is missing; give an object of parameters.'],
  [() => define({ stopWhen: [] }), 'defineStudy(): in `stopWhen` the options are an array'],
  // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
  [() => median(null as any), 'median(): the options are null; give an object.'],
  // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
  [() => categorical([1n, cycle] as any), 'categorical([1n,an array]): choice 0 is bigint'],
])('a mistake gets a line: %s', (make, line) => {
  expect(refusalOf(make)).toContain(line);
});

it.each([
  [{ space: 5 }, '`space` is 5; give a search space'],
  [{ storage: 5 }, '`storage` is 5; give a URL, a path or an open storage.'],
  [{ settings: 5 }, '`settings` is 5; give an object of settings.'],
  [{ profile: 5 }, '`profile` is 5; give a string.'],
])('createStudy() refuses %o in a line', async (more, line) => {
  const options = { name: 's', storage: 'memory:', ...more };
  // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
  await expect(createStudy(options as any)).rejects.toThrow(line);
});
