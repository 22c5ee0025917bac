import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DEFAULT_SAMPLER, SAMPLERS } from './by-name.ts';

const README = new URL('../../README.md', import.meta.url);

it('each sampler has the name that it gives itself', () => {
  for (const [name, { make }] of Object.entries(SAMPLERS)) expect(make().name).toBe(name);
});

it('the README lists these samplers, the default first', async () => {
  const [, table = ''] = (await readFile(README, 'utf8')).split(/^\| sampler \|.*\n\|[-|]+\|\n/m);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows).toEqual(
    Object.entries(SAMPLERS).map(([name, { summary }]) => {
      return `| \`${name}()\`${name === DEFAULT_SAMPLER ? ' (default)' : ''} | ${summary} |`;
    }),
  );
  expect(Object.keys(SAMPLERS)[0]).toBe(DEFAULT_SAMPLER);
});
