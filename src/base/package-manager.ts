import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject } from './is-object.ts';

/** A program that installs packages, and its commands. */
export interface PackageManager {
  /** The program. */
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** A file in each `node_modules`, or beside it, that shows that this program made it. */
  readonly trace: string;
  /** The files in which the program keeps a project's exact versions. */
  readonly locks: readonly string[];
  /** The command that adds a package to a project. */
  readonly add: (name: string) => string;
  /**
   * The program's arguments that add packages, and their exact versions, to a project's package.json.
   *
   * @param isWorkspaceRoot whether the project is the root of a workspace, where some ask for a confirmation.
   */
  readonly addExactly: (packages: readonly string[], isWorkspaceRoot: boolean) => readonly string[];
  /**
   * The commands that run a package's script, where it was not allowed to run (`isMissing`) or ran for another Node.
   */
  readonly rebuild: (name: string, isMissing: boolean) => string;
  /** The commands that install all packages for this machine, the optional ones included. */
  readonly reinstall: string;
}

/** The one that comes with Node. */
export const NPM: PackageManager = {
  name: 'npm',
  trace: 'node_modules/.package-lock.json',
  locks: ['package-lock.json', 'npm-shrinkwrap.json'],
  add: (name) => `\`npm install ${name}\``,
  addExactly: (packages) => ['install', '--save-exact', '--no-audit', '--no-fund', ...packages],
  rebuild: (name, isMissing) => {
    const approval = isMissing ? ` (npm 12: \`npm approve-scripts ${name}\` first)` : '';
    return `\`npm rebuild ${name} --ignore-scripts=false\`${approval}`;
  },
  reinstall: '`rm -rf node_modules && npm install --include=optional`',
};

const PNPM: PackageManager = {
  name: 'pnpm',
  trace: 'node_modules/.modules.yaml',
  locks: ['pnpm-lock.yaml'],
  add: (name) => `\`pnpm add ${name}\``,
  addExactly: (packages, isWorkspaceRoot) => [
    'add',
    '--save-exact',
    ...(isWorkspaceRoot ? ['--ignore-workspace-root-check'] : []),
    ...packages,
  ],
  rebuild: (name, isMissing) => (isMissing ? '`pnpm approve-builds`' : `\`pnpm rebuild ${name}\``),
  reinstall: '`rm -rf node_modules && pnpm install`',
};

/** Version 2 and later. */
const YARN: PackageManager = {
  name: 'yarn',
  trace: 'node_modules/.yarn-state.yml',
  locks: ['yarn.lock'],
  add: (name) => `\`yarn add ${name}\``,
  addExactly: (packages) => ['add', '--exact', ...packages],
  rebuild: (name) => `\`yarn rebuild ${name}\``,
  reinstall: '`rm -rf node_modules && yarn install`',
};

const YARN_1: PackageManager = {
  ...YARN,
  trace: 'node_modules/.yarn-integrity',
  addExactly: (packages, isWorkspaceRoot) => [
    'add',
    '--exact',
    ...(isWorkspaceRoot ? ['--ignore-workspace-root-check'] : []),
    ...packages,
  ],
  rebuild: () => '`yarn install --force --no-ignore-scripts`',
};

const BUN: PackageManager = {
  name: 'bun',
  trace: 'bun.lock',
  locks: ['bun.lock', 'bun.lockb'],
  add: (name) => `\`bun add ${name}\``,
  addExactly: (packages) => ['add', '--exact', ...packages],
  rebuild: (name, isMissing) => (isMissing ? `\`bun pm trust ${name}\`` : '`bun install --force`'),
  reinstall: '`rm -rf node_modules && bun install`',
};

const PACKAGE_MANAGERS: readonly PackageManager[] = [NPM, PNPM, YARN, YARN_1, BUN, { ...BUN, trace: 'bun.lockb' }];

/**
 * The package manager that has installed packages into the nearest folder, going up.
 * @returns with the words that end a message: ` in /folder`, '' where that is the working directory.
 */
export function managerAbove(folder: string): { readonly manager: PackageManager; readonly where: string } | undefined {
  const manager = PACKAGE_MANAGERS.find(({ trace }) => existsSync(join(folder, trace)));
  if (manager !== undefined) return { manager, where: folder === process.cwd() ? '' : ` in ${folder}` };
  const parent = dirname(folder);
  return parent === folder ? undefined : managerAbove(parent);
}

/** The folder of the nearest package.json, going up; undefined where there is none. */
export function projectAbove(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectAbove(parent);
}

/**
 * The package manager that a project is kept with: the one that its package.json or that of the workspace around it
 * names as `packageManager`, or whose lockfile lies there; else the one that has installed its packages; else npm.
 *
 * @param project the folder of a package.json.
 */
export function managerOf(project: string): PackageManager {
  return declaredManager(project) ?? workspaceManager(dirname(project)) ?? managerAbove(project)?.manager ?? NPM;
}

/** Whether a folder is the root of a workspace of several packages. */
export function isWorkspaceRoot(folder: string): boolean {
  return existsSync(join(folder, 'pnpm-workspace.yaml')) || 'workspaces' in manifestIn(folder);
}

/** The manager of the nearest workspace from a folder on, going up; a folder that is none does not count. */
function workspaceManager(folder: string): PackageManager | undefined {
  const manager = isWorkspaceRoot(folder) ? declaredManager(folder) : undefined;
  const parent = dirname(folder);
  return manager ?? (parent === folder ? undefined : workspaceManager(parent));
}

function declaredManager(folder: string): PackageManager | undefined {
  const [, name, major] = /^(\w+)@(\d+)/.exec(String(manifestIn(folder).packageManager)) ?? [];
  if (name === 'yarn') return major === '1' ? YARN_1 : YARN;
  const named = PACKAGE_MANAGERS.find((manager) => manager.name === name);
  if (named !== undefined) return named;
  const locked = PACKAGE_MANAGERS.find(({ locks }) => locks.some((lock) => existsSync(join(folder, lock))));
  if (locked === YARN && /^# yarn lockfile v1$/m.test(readFileSync(join(folder, 'yarn.lock'), 'utf8'))) return YARN_1;
  return locked ?? (existsSync(join(folder, 'pnpm-workspace.yaml')) ? PNPM : undefined);
}

/** A folder's package.json; empty where there is none that can be read. */
export function manifestIn(folder: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return isObject(manifest) ? manifest : {};
  } catch {
    return {};
  }
}
