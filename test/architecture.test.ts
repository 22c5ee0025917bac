import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

// Which rooms of src/ each room may import. What stands for no room are files of src/ itself that all may use.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  space: [],
  trial: ['space'],
  sampler: ['space', 'trial'],
  pruner: ['trial'],
  importance: ['space', 'trial', 'sampler'],
  storage: ['space', 'trial'],
  study: ['space', 'trial', 'sampler', 'pruner', 'storage'],
  runner: ['space', 'trial', 'sampler', 'pruner', 'storage', 'study'],
  reporter: ['space', 'study', 'runner'],
  dashboard: ['space', 'trial', 'pruner', 'importance', 'storage', 'study', 'runner', 'reporter'],
  report: ['space', 'trial', 'importance', 'storage', 'study', 'runner', 'reporter'],
  training: ['study'],
  command: ['space', 'study'],
  cli: [
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
    'training',
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

  it('know only the rooms they may know, so that there is no circle among them', () => {
    const trespasses = imports
      .map(({ file, specifier }) => ({ file, from: roomOf(file), to: roomOf(join(dirname(file), specifier)) }))
      .filter(({ from, to }) => from !== undefined && to !== undefined && from !== to)
      .filter(({ from = '', to = '' }) => !MAY_IMPORT[from]?.includes(to))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(trespasses).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
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

describe('studies/ and search-spaces/', () => {
  it('import only the public API and each other', () => {
    const foreign = [...importsBelow('studies'), ...importsBelow('search-spaces')]
      .filter(({ specifier }) => !/^(hpo|hpo\/tfjs|node:[\w/]+|\.\.?\/(?!.*src\/).*)$/.test(specifier))
      .map(({ file, specifier }) => `${file} imports ${specifier}`);
    expect(foreign).toEqual([]);
  });
});
