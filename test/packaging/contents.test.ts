import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { beforeAll, describe, expect, it } from 'vitest';
import { packProblems } from '../../scripts/pack-contents.ts';
import { type PackedHpo, packHpo } from '../support/packed-hpo.ts';
import { CHECKOUT, runProgram, temporaryFolder } from '../support/run-hpo.ts';

let packed: PackedHpo;
let folder: string;
let manifest: {
  readonly exports: Readonly<Record<string, { readonly types: string }>>;
  readonly types: string;
  readonly typesVersions: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

beforeAll(async () => {
  packed = await packHpo();
  folder = temporaryFolder();
  await runProgram('tar', ['-xzf', packed.archive, '--strip-components=1'], { cwd: folder });
  manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
});

describe('the package', () => {
  it('holds the programs, the build and the documentation, in bounded size', () => {
    expect(packProblems(packed)).toEqual([]);
  });

  it('is refused with a test, without its program, and where it has grown', () => {
    const files = [...packed.files, { path: 'src/index.ts' }, { path: 'dist/a.test.js' }];
    const spoilt = { ...packed, size: 1e8, files: files.filter(({ path }) => path !== 'bin/hpo.js') };
    expect(packProblems(spoilt)).toEqual([
      'src/index.ts does not belong to it',
      'dist/a.test.js does not belong to it',
      'bin/hpo.js is missing',
      expect.stringMatching(/^its size is 100000000 bytes, of at most \d+$/),
    ]);
  });

  it('names the licences of what is bundled, and imports only what it depends on', () => {
    const licences = readFileSync(join(folder, 'dist/third-party-licences.txt'), 'utf8');
    for (const name of ['echarts', 'ink', 'react', 'seedrandom', '@expo-google-fonts/inter']) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, \\S`, 'm'));
    }
    const known = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, hpo: '' });
    const foreign = packed.files
      .filter(({ path }) => /^(?:bin|dist)\/.*\.(?:js|d\.ts)$/.test(path) && path !== 'dist/report/page.js')
      .flatMap(({ path }) => {
        const text = readFileSync(join(folder, path), 'utf8');
        const imports = text.matchAll(
          /^(?:import|export)\b(?:[^'"`();]*\bfrom)? ?["']([^'".][^'"]*)["'];?$|\bimport\(["']([^'".][^'"]*)["']\)/gm,
        );
        return [...imports].map(([, from, dynamic]) => from ?? dynamic ?? '');
      })
      .filter(
        (name) =>
          !isBuiltin(name) && !name.includes('$') && !known.some((own) => name === own || name.startsWith(`${own}/`)),
      );
    expect([...new Set(foreign)]).toEqual([]);
  });

  it('shows TypeScript with node10 every entry of its exports', () => {
    const { exports, types, typesVersions } = manifest;
    const { '.': main, './package.json': _, ...others } = exports;
    expect(types).toBe(main?.types);
    const listed = Object.entries(others).map(([path, { types }]) => [path.slice(2), [types]]);
    expect(typesVersions).toEqual({ '*': Object.fromEntries(listed) });
  });

  it('passes publint', async () => {
    const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that are right for every resolution of modules', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(packed.archive)));
    if (result.types === false) throw new Error('no types were found');
    expect(result.problems).toEqual([]);
    const resolutions = Object.entries(result.entrypoints).flatMap(([entry, { resolutions }]) =>
      Object.entries(resolutions).map(([kind, { resolution }]) => [
        entry,
        kind,
        resolution?.fileName.split('/hpo/')[1],
      ]),
    );
    expect(resolutions.filter(([entry]) => entry === './tfjs')).toEqual([
      ['./tfjs', 'node10', 'dist/training/index.d.ts'],
      ['./tfjs', 'node16-cjs', 'dist/training/index.d.cts'],
      ['./tfjs', 'node16-esm', 'dist/training/index.d.ts'],
      ['./tfjs', 'bundler', 'dist/training/index.d.ts'],
    ]);
  });
});

it("this checkout's README and LICENSE are the package's", () => {
  for (const file of ['README.md', 'LICENSE']) {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join(CHECKOUT, file), 'utf8'));
  }
});
