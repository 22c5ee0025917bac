import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DEFAULT_PRUNER, PRUNERS } from './by-name.ts';
import * as pruners from './index.ts';

const PAGE = new URL('../../docs/samplers-and-pruners.md', import.meta.url);

it('each pruner has the name that it gives itself', () => {
  for (const [name, { make }] of Object.entries(PRUNERS)) expect(make().name).toBe(name);
});

it('the documentation lists all pruners, the default first, and these with their summaries', async () => {
  const [, table = ''] = (await readFile(PAGE, 'utf8')).split(/^\| pruner \|.*\n\|[-|]+\|\n/m);
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  const named = Object.entries(PRUNERS).map(([name, { summary }]) => {
    return `| \`${name}()\`${name === DEFAULT_PRUNER ? ' (default)' : ''} | ${summary} |`;
  });
  expect(rows[0]).toBe(named[0]);
  expect(rows).toEqual(expect.arrayContaining(named));
  expect(rows.map((row) => /^\| `(\w+)\(/.exec(row)?.[1]).sort()).toEqual(Object.keys(pruners).sort());
});
