import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { median } from '../pruner/median.ts';
import { cmaEs } from '../sampler/cma-es/sampler.ts';
import { gp } from '../sampler/gp/sampler.ts';
import { random } from '../sampler/random.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { tpe } from '../sampler/tpe/sampler.ts';
import { keptSampler } from './kept-sampler.ts';
import { samplerEntry } from './sampler-list.ts';
import { SAMPLERS_KEY } from './study-keys.ts';

const keeping = (...samplers: Sampler[]) => ({
  systemAttrs: { [SAMPLERS_KEY]: samplers.map((sampler) => samplerEntry({ sampler, pruner: median(), name: 's' })) },
});
const trials = [frozenTrial(0), frozenTrial(1, { state: 'WAITING' })];

it('is auto() for a study of which no trial was started', () => {
  expect(keptSampler({ systemAttrs: {} }, []).name).toBe('auto');
  expect(keptSampler({ systemAttrs: {} }, trials.slice(1)).name).toBe('auto');
});

it('is tpe() for trials whose sampler was not kept, is somebody’s own, or cannot be read', () => {
  expect(keptSampler({ systemAttrs: {} }, trials).name).toBe('tpe');
  expect(keptSampler(keeping(gp(), { ...random(), name: 'own' }), trials).name).toBe('tpe');
  expect(keptSampler({ systemAttrs: { [SAMPLERS_KEY]: [{ sampler: 3 }] } }, trials).name).toBe('tpe');
});

it('is the last one that started trials, with its options', () => {
  const kept = keptSampler(keeping(random(), tpe({ startupTrials: 3, group: true })), trials);
  expect(kept.name).toBe('tpe');
  expect(kept.options).toEqual(tpe({ startupTrials: 3, group: true }).options);
  expect(keptSampler(keeping(tpe(), random()), trials).name).toBe('random');
  expect(keptSampler(keeping(gp({ startupTrials: 4 })), trials).options).toEqual({ startupTrials: 4 });
});

it('has its defaults where the kept options are none of its, or cannot be kept', () => {
  const entry = { ...samplerEntry({ sampler: tpe(), pruner: median(), name: 's' }), options: { magic: 1 } };
  expect(keptSampler({ systemAttrs: { [SAMPLERS_KEY]: [entry] } }, trials).options).toEqual(tpe().options);
  const started = cmaEs({ sourceTrials: [frozenTrial(0, { params: { x: 1 } })] });
  expect(keptSampler(keeping(started), trials).options).toEqual(cmaEs().options);
});
