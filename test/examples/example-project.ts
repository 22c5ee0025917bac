import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { shellWords } from '../docs/shell-words.ts';
import {
  CHECKOUT,
  type Files,
  INSTALLED,
  PROGRAM,
  runProgram,
  temporaryFolder,
  writeFiles,
} from '../support/run-hpo.ts';
import type { WarmHpo } from '../support/warm-hpo.ts';

/** The folder of the examples. */
export const EXAMPLES = join(CHECKOUT, 'examples');

/** The names of the examples. */
export const NAMES: readonly string[] = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The Python with the packages of the tests. */
export const PYTHON = process.env.HPO_OPTUNA_PYTHON ?? firstOf(join(CHECKOUT, '.venv/bin/python')) ?? 'python3';

function firstOf(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

/** The files of an example whose paths match a pattern, with their texts. */
export function exampleFiles(name: string, pattern: RegExp): readonly (readonly [path: string, text: string])[] {
  return readdirSync(join(EXAMPLES, name), { recursive: true, encoding: 'utf8' })
    .filter((path) => pattern.test(path) && !/(^|[\\/])(node_modules|runs)[\\/]/.test(path))
    .map((path) => [path, readFileSync(join(EXAMPLES, name, path), 'utf8')] as const);
}

/** Whether a program ends with exit code 0. */
function succeeds(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether the tests' Python finds a package. */
export function hasPythonPackage(name: string): boolean {
  const find = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`;
  return succeeds(PYTHON, '-c', find);
}

export function hasGcc(): boolean {
  return succeeds('gcc', '--version');
}

/** A copy of an example, outside of the checkout, in which hpo is installed. */
export class ExampleProject {
  readonly folder: string;
  readonly #readme: string;
  readonly #hpo: WarmHpo;

  constructor(name: string, hpo: WarmHpo) {
    this.folder = temporaryFolder();
    this.#hpo = hpo;
    const kept = (path: string) => !/[\\/](node_modules|runs)$|\.db(-\w+)?$/.test(path);
    cpSync(join(EXAMPLES, name), this.folder, { recursive: true, filter: kept });
    this.#readme = readFileSync(join(this.folder, 'README.md'), 'utf8');
    this.#link('node_modules/hpo', INSTALLED);
    for (const scope of ['@tensorflow']) this.#link(`node_modules/${scope}`, join(CHECKOUT, 'node_modules', scope));
  }

  /** Installs a package of the project's own, as the workspaces of npm do. */
  linkWorkspace(name: string, path: string): void {
    this.#link(`node_modules/${name}`, join(this.folder, path));
  }

  #link(path: string, target: string): void {
    mkdirSync(join(this.folder, path, '..'), { recursive: true });
    symlinkSync(target, join(this.folder, path), 'junction');
  }

  /**
   * Gives the commands of the README in their order, except those that install packages and those of blocks that say
   * `no-run`.
   *
   * @param few the arguments that follow each `hpo run`, for fewer trials.
   * @returns the output of each, by its line.
   * @throws where one ends with another exit code than 0.
   */
  async follow(few: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const outputs = new Map<string, string>();
    let cwd = this.folder;
    for (const line of commandsOf(this.#readme)) {
      const words = shellWords(line);
      if (words?.[0] === 'cd') cwd = join(cwd, words[1] ?? '');
      else if (words?.[0] === 'npx' && words[1] === 'hpo') {
        const isRun = words[2] === 'run';
        outputs.set(line, await this.#succeed(line, this.hpo([...words.slice(2), ...(isRun ? few : [])], cwd)));
      } else
        outputs.set(line, await this.#succeed(line, runProgram('bash', ['-euc', line], { cwd, env: environment() })));
    }
    return outputs;
  }

  /** Runs `hpo` in a folder of the project. */
  hpo(args: readonly string[], cwd = this.folder) {
    return this.#hpo.run(args, { cwd, env: environment() });
  }

  async #succeed(line: string, run: ReturnType<WarmHpo['run']>): Promise<string> {
    const { code, stdout, stderr } = await run;
    if (code !== 0)
      throw new Error(`${line} ended with exit code ${code}:\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
    return stdout;
  }

  /** A file of JSON. */
  json(path: string) {
    return JSON.parse(readFileSync(join(this.folder, path), 'utf8'));
  }
}

/** The lines of the README's blocks of sh, without comments, and without those that install packages. */
function commandsOf(readme: string): readonly string[] {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code = '']) => code);
  return blocks
    .flatMap((code) => code.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => /^\s*[^#\s]/.test(line) && !/^(npm|pip) /.test(line));
}

let shims: string | undefined;

/** The environment of a README's commands: `npx hpo` is the hpo of the tests, and `python` the one with packages. */
function environment(): Readonly<Record<string, string>> {
  if (shims === undefined) {
    const scripts: Files = {
      npx: `#!/bin/sh\nshift\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
      python: `#!/bin/sh\nexec '${PYTHON}' "$@"\n`,
      python3: `#!/bin/sh\nexec '${PYTHON}' "$@"\n`,
    };
    shims = temporaryFolder();
    writeFiles(shims, scripts);
    for (const name of Object.keys(scripts)) chmodSync(join(shims, name), 0o755);
  }
  return { PATH: `${shims}:${process.env.PATH}`, NO_COLOR: '1', HPO_STORAGE: '' };
}
