import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Files, temporaryFolder, writeFiles } from '../../test/support/run-hpo.ts';
import { hashOfCode } from './study-code.ts';

const STUDY = `import { defineStudy } from 'hpo';
import pad from 'left-pad';
import { width } from './parts/model.ts';
import data from './data.json' with { type: 'json' };
// The objective.
export default defineStudy({ name: 'study', objective: async () => (await import('./late.ts')).loss(width, data, pad) });
`;
const FILES: Files = {
  'study.ts': STUDY,
  'parts/model.ts': 'export const width: number = 32;\n',
  'late.ts': 'export const loss = (...all: unknown[]) => all.length;\n',
  'data.json': '{ "rows": 3 }\n',
  'node_modules/left-pad/package.json': '{ "name": "left-pad", "main": "index.js" }\n',
  'node_modules/left-pad/index.js': 'module.exports = 1;\n',
};

const hashWith = (files: Files) => hashOfCode(join(temporaryFolder({ ...FILES, ...files }), 'study.ts'));

it('is the same wherever the files lie, whatever their layout, comments, types and line ends are', async () => {
  const hash = await hashWith({});
  expect(hash).toMatch(/^[0-9a-f]{8}$/);
  expect(await hashWith({})).toBe(hash);
  const layout = STUDY.replace('// The objective.', '/* Elsewhere: one. */\n').replaceAll('\n', '\r\n');
  expect(await hashWith({ 'study.ts': layout, 'parts/model.ts': 'export const width = 32' })).toBe(hash);
});

it('is another one where any of the own files has changed, an asset included, and not where a package has', async () => {
  const asset = { 'study.ts': `import words from './words.txt' with { type: 'text' };\n${STUDY}print(words);` };
  const hashes = await Promise.all([
    hashWith({}),
    hashWith({ 'study.ts': STUDY.replace('width, data', 'data, width') }),
    hashWith({ 'parts/model.ts': 'export const width = 64;' }),
    hashWith({ 'late.ts': 'export const loss = () => 0;' }),
    hashWith({ 'data.json': '{ "rows": 4 }' }),
    hashWith({ ...asset, 'words.txt': 'one' }),
    hashWith({ ...asset, 'words.txt': 'two' }),
  ]);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(await hashWith({ 'node_modules/left-pad/index.js': 'module.exports = 2;' })).toBe(hashes[0]);
});

it('counts files that a tsconfig or a workspace names like a package', async () => {
  const named = {
    'study.ts': "import { width } from '@lib/model';\nimport { depth } from 'own';\nprint(width, depth);",
  };
  const tsconfig = { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./parts/*"] } } }' };
  const linked = async (model: string, own: string) => {
    const folder = temporaryFolder({ ...FILES, ...named, ...tsconfig, 'parts/model.ts': model });
    writeFiles(folder, { 'packages/own/index.js': own, 'packages/own/package.json': '{ "main": "index.js" }' });
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(join(folder, 'packages/own'), join(folder, 'node_modules/own'), 'junction');
    return hashOfCode(join(folder, 'study.ts'));
  };
  const [width, depth] = ['export const width = 1;', 'export const depth = 1;'];
  const hash = await linked(width, depth);
  expect(await linked(width, depth)).toBe(hash);
  expect(await linked('export const width = 2;', depth)).not.toBe(hash);
  expect(await linked(width, 'export const depth = 2;')).not.toBe(hash);
});

it('does not count what is not found, which the study may import only in some cases', async () => {
  const optional = (name: string) => `import('${name}').catch(() => undefined);\n${STUDY}`;
  const hash = await hashWith({ 'study.ts': optional('./not-there.ts') });
  expect(await hashWith({ 'study.ts': optional('./not-there.ts') })).toBe(hash);
  expect(await hashWith({ 'study.ts': optional('not-installed') })).not.toBe(hash);
});

it('goes by the file alone where the code cannot be bundled', async () => {
  const odd = { 'study.ts': "import './odd.json';", 'odd.json': 'not JSON' };
  expect(await hashWith(odd)).toBe(await hashWith({ ...odd, 'odd.json': 'nor this' }));
  expect(await hashWith(odd)).not.toBe(await hashWith({ ...odd, 'study.ts': "import './odd.json'; " }));
});
