import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

// The rooms of src/ that each room may import, in an order in which each knows only earlier ones.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  math: [],
  machine: ['base'],
  space: ['base'],
  trial: ['base', 'math', 'space'],
  history: ['base', 'space', 'trial'],
  sampler: ['base', 'math', 'space', 'trial', 'history'],
  pruner: ['base', 'math', 'trial', 'history'],
  terminator: ['base', 'math', 'history', 'sampler', 'trial'],
  importance: ['base', 'math', 'space', 'trial', 'sampler'],
  storage: ['base', 'machine', 'space', 'trial'],
  study: ['base', 'machine', 'space', 'trial', 'history', 'sampler', 'pruner', 'terminator', 'storage'],
  testing: ['base', 'space', 'trial', 'history', 'sampler', 'pruner', 'storage', 'study'],
  training: ['base', 'machine', 'math'],
  command: ['base', 'machine', 'space', 'trial', 'study'],
  runner: ['base', 'machine', 'space', 'trial', 'storage', 'study'],
  placement: ['base'],
  text: ['math', 'space'],
  reporter: ['base', 'text', 'study'],
  dashboard: [
    'base',
    'machine',
    'math',
    'text',
    'space',
    'trial',
    'history',
    'importance',
    'storage',
    'study',
    'reporter',
  ],
  report: ['base', 'math', 'text', 'space', 'trial', 'importance', 'study', 'runner'],
  live: ['base', 'text', 'trial', 'history', 'storage', 'study', 'runner', 'dashboard', 'report'],
  tracking: ['base', 'math', 'space', 'study', 'runner', 'report'],
  cli: [
    'base',
    'machine',
    'text',
    'space',
    'trial',
    'sampler',
    'importance',
    'storage',
    'study',
    'runner',
    'reporter',
    'dashboard',
    'report',
    'live',
    'tracking',
    'training',
    'placement',
  ],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => ({
        file,
        specifier,
      }));
    });
}

function roomOf(file: string): string | undefined {
  const [top, room, ...rest] = relative(ROOT, resolve(ROOT, file)).split('/');
  return top === 'src' && rest.length > 0 ? room : undefined;
}

describe('the rooms of src/', () => {
  const imports = importsBelow('src').filter(({ specifier }) => specifier.startsWith('.'));

  const edges = imports
    .map(({ file, specifier }) => ({ file, from: roomOf(file), to: roomOf(join(dirname(file), specifier)) }))
    .filter(({ from, to }) => from !== undefined && to !== undefined && from !== to);

  it('know only the rooms they may know, so that there is no circle among them', () => {
    const trespasses = edges
      .filter(({ from = '', to = '' }) => !MAY_IMPORT[from]?.includes(to))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(trespasses).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('may know no more rooms than they do', () => {
    const used = new Set(edges.map(({ from, to }) => `${from} imports ${to}`));
    const allowed = Object.entries(MAY_IMPORT).flatMap(([from, rooms]) => rooms.map((to) => `${from} imports ${to}`));
    expect(allowed.filter((edge) => !used.has(edge))).toEqual([]);
  });

  it('are all named here, in an order in which each knows only earlier ones', () => {
    const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map(({ name }) => name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    const order = Object.keys(MAY_IMPORT);
    for (const [room, known] of Object.entries(MAY_IMPORT)) {
      for (const other of known) expect(order.indexOf(other)).toBeLessThan(order.indexOf(room));
    }
  });
});

describe('the modules of src/', () => {
  it('find files of the package by package-root.ts alone, since the build joins modules in other files', () => {
    const places = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$/.test(name) && name !== join('base', 'package-root.ts'))
      .flatMap((name) => {
        const text = readFileSync(join(ROOT, 'src', name), 'utf8').replaceAll('createRequire(import.meta.url)', '');
        return text.includes('import.meta.url') ? [name] : [];
      });
    expect(places).toEqual([]);
  });
});

describe('studies/ and search-spaces/', () => {
  it('import only the public API and each other', () => {
    const foreign = [...importsBelow('studies'), ...importsBelow('search-spaces')]
      .filter(({ specifier }) => !/^(hpo|hpo\/tfjs|node:[\w/]+|\.\.?\/(?!.*src\/).*)$/.test(specifier))
      .map(({ file, specifier }) => `${file} imports ${specifier}`);
    expect(foreign).toEqual([]);
  });
});
