import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { readJson, writeBest, writeJson } from './results.ts';

it('best.json holds an infinite best, as any JSON parser reads it', () => {
  const folder = tempFolder();
  const file = writeBest(folder, fileURLToPath(import.meta.url), {
    study: 'one',
    trial: 3,
    value: Number.NEGATIVE_INFINITY,
    params: { x: 0.5 },
    settings: {},
    profile: null,
    studySeed: 1,
    storage: 'memory:',
    device: null,
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ trial: 3, value: '-Infinity', params: { x: 0.5 } });
});

it('a loss that became NaN stays one in metrics.json', () => {
  const file = join(tempFolder(), 'metrics.json');
  writeJson(file, { metrics: { loss: Number.NaN, history: [1, Infinity] } });
  expect(readJson(file)).toEqual({ metrics: { loss: 'NaN', history: [1, 'Infinity'] } });
});
