import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addonProblem } from './native-addon.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hpo-addon-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with the file `trace`, by which the package manager that installed a package there is recognised. */
function installedBy(trace: string): string {
  const folder = join(root, trace.replaceAll('/', '-'));
  mkdirSync(dirname(join(folder, trace)), { recursive: true });
  writeFileSync(join(folder, trace), '');
  return join(folder, 'node_modules/hpo/dist/base');
}

const MISSING = new Error('Could not locate the bindings file. Tried:\n → /a/build/better_sqlite3.node');
const OTHER_NODE = Object.assign(
  new Error(`The module '/a/better_sqlite3.node'
was compiled against a different Node.js version using
NODE_MODULE_VERSION 115. This version of Node.js requires
NODE_MODULE_VERSION 137. Please try re-compiling or re-installing
the module (for instance, using \`npm rebuild\` or \`npm install\`).`),
  { code: 'ERR_DLOPEN_FAILED' },
);
const OTHER_LIBC = Object.assign(new Error('libc.musl-x86_64.so.1: cannot open shared object file\n'), {
  code: 'ERR_DLOPEN_FAILED',
});

describe('a native addon that does not load', () => {
  it.each([
    [
      'node_modules/.package-lock.json',
      'npm rebuild better-sqlite3 --ignore-scripts=false',
      'npm rebuild better-sqlite3',
    ],
    ['node_modules/.modules.yaml', 'pnpm approve-builds', 'pnpm rebuild better-sqlite3'],
    ['node_modules/.yarn-state.yml', 'yarn rebuild better-sqlite3', 'yarn rebuild better-sqlite3'],
    ['node_modules/.yarn-integrity', 'yarn install --force --no-ignore-scripts', 'yarn install --force'],
    ['bun.lock', 'bun pm trust better-sqlite3', 'bun install --force'],
  ])('is mended by a command of the package manager that left %s', (trace, whereMissing, whereOther) => {
    const from = installedBy(trace);
    const where = ` in ${join(root, trace.replaceAll('/', '-'))}.`;
    const missing = addonProblem('better-sqlite3', MISSING, from)?.message ?? '';
    expect(missing).toContain(`; run \`${whereMissing}\``);
    expect(addonProblem('better-sqlite3', OTHER_NODE, from)?.message).toContain(`; run \`${whereOther}`);
    expect(missing.endsWith(where), missing).toBe(true);
  });

  it('is explained by its cause', () => {
    const causeOf = (name: Parameters<typeof addonProblem>[0], error: unknown) =>
      /does not work here: (.*); run `/.exec(addonProblem(name, error)?.message ?? '')?.[1];
    const missing = 'its native code is missing, as after an installation without scripts or optional dependencies';
    const ofEsbuild = (message: string) => causeOf('esbuild', new Error(message));
    expect(causeOf('better-sqlite3', MISSING)).toBe(missing);
    expect(causeOf('better-sqlite3', OTHER_NODE)).toBe(
      `it was built for another version of Node (NODE_MODULE_VERSION 115, and ${process.version} needs 137)`,
    );
    expect(causeOf('better-sqlite3', OTHER_LIBC)).toBe(
      'its native code does not load (libc.musl-x86_64.so.1: cannot open shared object file)',
    );
    expect(causeOf('@resvg/resvg-js', new Error('Failed to load native binding'))).toBe(missing);
    expect(ofEsbuild('The package "@esbuild/linux-x64" could not be found, and is needed by esbuild.')).toBe(missing);
    expect(ofEsbuild("\nYou installed esbuild for another platform than the one you're currently using.\nThis")).toBe(
      'it was installed for another system',
    );
    expect(ofEsbuild('The service was stopped: spawn /a/bin/esbuild EACCES')).toBe(
      'its native code does not run (The service was stopped: spawn /a/bin/esbuild EACCES)',
    );
  });

  it('is not taken for the cause of another error', () => {
    expect(addonProblem('better-sqlite3', new Error('disk I/O error'))).toBeUndefined();
    expect(
      addonProblem('esbuild', Object.assign(new Error("Cannot find module './a'"), { code: 'MODULE_NOT_FOUND' })),
    ).toBeUndefined();
    expect(addonProblem('esbuild', new Error('study.ts:3:1: ERROR: Expected ";"'))).toBeUndefined();
  });
});
