import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { trainingPackages, versionOf } from '../../src/training/packages/training-packages.ts';
import { PYTHON } from '../interop/optuna-python.ts';
import {
  CHECKOUT,
  type Files,
  type Finished,
  INSTALLED,
  PROGRAM,
  runProgram,
  temporaryFolder,
  writeFiles,
} from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { type Block, blocksOf, PAGES } from './page.ts';
import { shellWords } from './shell-words.ts';
import { WarmPython } from './warm-python.ts';

// The blocks of code of README.md and of the pages of docs/, as a reader would try them: those of a page in one folder,
// in order. test/README.md says how a page marks them.

const TSX = join(CHECKOUT, 'node_modules/.bin/tsx');
const hpo = new WarmHpo();
const python = new WarmPython(PYTHON);
const pages = PAGES.map((page) => ({ page, blocks: blocksOf(page) })).filter(({ blocks }) => blocks.length > 0);
const all = pages.flatMap(({ blocks }) => blocks);

it('at most one block of ten is not run', () => {
  const notRun = all.filter(({ isOnlyShown }) => isOnlyShown);
  expect(all.length).toBeGreaterThan(60);
  expect(notRun.length / all.length, notRun.map(({ at }) => at).join(' ')).toBeLessThanOrEqual(0.1);
});

it('each file of a page is used by a later block', () => {
  for (const { blocks } of pages) {
    for (const [at, { file, at: place }] of blocks.entries()) {
      if (file === undefined) continue;
      const name = basename(file).replace(/\.\w+$/, '');
      const users = blocks.slice(at + 1).filter(({ code }) => code.includes(name));
      expect(users.length, `${place}: nothing runs ${file}`).toBeGreaterThan(0);
    }
  }
});

it('the TypeScript of all pages has the right types', async () => {
  const root = temporaryFolder();
  const files: Record<string, string> = {};
  for (const { page, blocks } of pages) {
    for (const block of blocks) {
      if (block.language === 'ts') files[`${slug(page)}/${fileOf(block)}`] = programOf(block);
    }
  }
  const compilerOptions = {
    rootDir: '/',
    typeRoots: [join(CHECKOUT, 'node_modules/@types')],
    noUnusedLocals: false, // many blocks show a part
    noUnusedParameters: false,
    paths: {
      hpo: [join(CHECKOUT, 'src/index.ts')],
      'hpo/tfjs': [join(CHECKOUT, 'src/training/index.ts')],
      'hpo/testing': [join(CHECKOUT, 'src/testing/index.ts')],
      '@tensorflow/*': [join(CHECKOUT, 'node_modules/@tensorflow/*')],
      pg: [join(CHECKOUT, 'node_modules/@types/pg')],
    },
  };
  const config = { extends: join(CHECKOUT, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'], exclude: [] };
  writeFiles(root, { ...files, 'package.json': '{ "type": "module" }', 'tsconfig.json': JSON.stringify(config) });
  const checked = await runProgram(join(CHECKOUT, 'node_modules/.bin/tsc'), ['--noEmit'], { cwd: root });
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
});

for (const { page, blocks } of pages) {
  const isWithoutPython = PYTHON === '' && blocks.some(({ language }) => language === 'python');
  it(`the blocks of ${page} run${isWithoutPython ? ' (those of Python skipped: no Python with Optuna)' : ''}`, async () => {
    const cwd = newProject();
    for (const block of blocks) {
      const { language, file, isOnlyShown } = block;
      const path = join(cwd, fileOf(block));
      if (language !== 'sh' || file !== undefined) writeFiles(cwd, { [fileOf(block)]: programOf(block) });
      if (isOnlyShown || file !== undefined) continue;
      if (language === 'sh') await runShell(block, cwd);
      else if (language !== 'python') succeed(await hpo.import(path, { cwd, env: environment() }), block);
      else if (PYTHON !== '') succeed(await python.run(path, cwd), block);
    }
  });
}

/** Runs the lines of a shell block: those of hpo alone in the process that stays, others in a shell. */
async function runShell({ code, at, ...block }: Block, cwd: string): Promise<void> {
  const lines = code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^\s*[^#\s]/.test(line));
  const commands = lines.map((line) => ({
    line,
    words: shellWords(line),
    code: Number(/# .*exit code (\d+)/.exec(line)?.[1] ?? 0),
  }));
  if (commands.every(({ words }) => words?.[0] === 'npx' && words[1] === 'hpo')) {
    for (const { line, words = [], code } of commands) {
      const ended = await hpo.run(words.slice(2), { cwd, env: environment() });
      if (ended.code !== code) throw new Error(`${at}: ${line} ended with ${shown(ended)}`);
    }
  } else {
    const ended = await runProgram('bash', ['-euo', 'pipefail', '-c', code], { cwd, env: environment() });
    succeed(ended, { code, at, ...block });
  }
}

function succeed(ended: Finished, { at }: Block): void {
  if (ended.code !== 0) throw new Error(`${at} ended with ${shown(ended)}`);
}

function shown({ code, stdout, stderr }: Finished): string {
  return `exit code ${code}:\n${stdout.slice(-2000)}${stderr.slice(-2000)}`;
}

/** The name of a block's file. */
function fileOf({ file, at, language }: Block): string {
  return file ?? `block-${at.split(':')[1]}.${language === 'python' ? 'py' : language}`;
}

/** The code of a block, that of TypeScript as a module, whatever it imports. */
function programOf({ code, language }: Block): string {
  return language !== 'ts' || /^(import|export) /m.test(code) ? code : `${code}\nexport {};\n`;
}

function slug(page: string): string {
  return basename(page, '.md');
}

/** The environment of a page's programs: `npx hpo` is the hpo of these tests, and `python` the one with Optuna. */
function environment(): Readonly<Record<string, string>> {
  return { PATH: `${shims()}:${process.env.PATH}`, NO_COLOR: '1' };
}

let folder: string | undefined;
function shims(): string {
  if (folder !== undefined) return folder;
  const python = PYTHON === '' ? 'python3' : PYTHON;
  const scripts: Files = {
    npx: `#!/bin/sh\nprogram=$1; shift\n[ "$program" = tsx ] && exec '${TSX}' "$@"\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
    python: `#!/bin/sh\nexec '${python}' "$@"\n`,
  };
  folder = temporaryFolder(scripts);
  for (const name of Object.keys(scripts)) chmodSync(join(folder, name), 0o755);
  return folder;
}

/** A folder in which a page is tried: a package that has installed hpo and what the pages import beside it. */
function newProject(): string {
  const training = trainingPackages();
  const dependencies = Object.fromEntries(training.map((name) => [name, versionOf(name)]));
  const cwd = temporaryFolder({ 'package.json': JSON.stringify({ type: 'module', dependencies }) });
  mkdirSync(join(cwd, 'node_modules/@tensorflow'), { recursive: true });
  symlinkSync(INSTALLED, join(cwd, 'node_modules/hpo'), 'junction');
  for (const name of [...training, 'fast-check', 'tsx']) {
    symlinkSync(join(CHECKOUT, 'node_modules', name), join(cwd, 'node_modules', name), 'junction');
  }
  return cwd;
}
