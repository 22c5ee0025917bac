import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type JsonValue, parsePythonJson, stringifyPythonJson } from '../base/json.ts';
import { DEFAULT_SAMPLER, SAMPLERS, type SamplerName } from './by-name.ts';
import { cmaEs, gp, grid, nsga2, nsga3, qmc, tpe } from './index.ts';

const PAGE = new URL('../../docs/samplers-and-pruners.md', import.meta.url);

it('each sampler has the name that it gives itself', () => {
  for (const [name, { make }] of Object.entries(SAMPLERS)) expect(make().name).toBe(name);
});

it('each sampler is made anew from the options that a study keeps of it', () => {
  const made = [
    ...Object.values(SAMPLERS).map(({ make }) => make()),
    tpe({ startupTrials: 3, group: true }),
    gp({ startupTrials: 4 }),
    cmaEs({ populationSize: 7, x0: { x: 1 }, restarts: 'bipop' }),
    nsga2({ populationSize: 9, crossover: { kind: 'sbx', eta: 3 }, mutation: 'polynomial' }),
    nsga3({ dividingParameter: 4, crossover: 'undx' }),
    qmc({ type: 'halton', scramble: false }),
    grid({ x: [0.5, 1], kind: ['a', null] }),
  ];
  for (const { name, options } of made) {
    const kept = options && (parsePythonJson(stringifyPythonJson(options)) as JsonValue);
    expect(SAMPLERS[name as SamplerName].make(kept).options).toEqual(kept);
  }
});

it('the documentation lists these samplers, the default first', async () => {
  const [, table = ''] = (await readFile(PAGE, 'utf8')).split(/^\| sampler \|.*\n\|[-|]+\|\n/m);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows).toEqual(
    Object.entries(SAMPLERS).map(([name, { summary }]) => {
      return `| \`${name}()\`${name === DEFAULT_SAMPLER ? ' (default)' : ''} | ${summary} |`;
    }),
  );
  expect(Object.keys(SAMPLERS)[0]).toBe(DEFAULT_SAMPLER);
});
