import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A program that installs packages, and its commands. */
export interface PackageManager {
  /** A file in each `node_modules`, or beside it, that shows that this program made it. */
  readonly trace: string;
  /** The command that adds a package to a project. */
  readonly add: (name: string) => string;
  /**
   * The commands that run a package's script, where it was not allowed to run (`isMissing`) or ran for another Node.
   */
  readonly rebuild: (name: string, isMissing: boolean) => string;
  /** The commands that install all packages for this machine, the optional ones included. */
  readonly reinstall: string;
}

/** The one that comes with Node. */
export const NPM: PackageManager = {
  trace: 'node_modules/.package-lock.json',
  add: (name) => `\`npm install ${name}\``,
  rebuild: (name, isMissing) => {
    const approval = isMissing ? ` (npm 12: \`npm approve-scripts ${name}\` first)` : '';
    return `\`npm rebuild ${name} --ignore-scripts=false\`${approval}`;
  },
  reinstall: '`rm -rf node_modules && npm install --include=optional`',
};

const PACKAGE_MANAGERS: readonly PackageManager[] = [
  NPM,
  {
    trace: 'node_modules/.modules.yaml',
    add: (name) => `\`pnpm add ${name}\``,
    rebuild: (name, isMissing) => (isMissing ? '`pnpm approve-builds`' : `\`pnpm rebuild ${name}\``),
    reinstall: '`rm -rf node_modules && pnpm install`',
  },
  {
    trace: 'node_modules/.yarn-state.yml', // version 2 and later
    add: (name) => `\`yarn add ${name}\``,
    rebuild: (name) => `\`yarn rebuild ${name}\``,
    reinstall: '`rm -rf node_modules && yarn install`',
  },
  {
    trace: 'node_modules/.yarn-integrity', // version 1
    add: (name) => `\`yarn add ${name}\``,
    rebuild: () => '`yarn install --force --no-ignore-scripts`',
    reinstall: '`rm -rf node_modules && yarn install`',
  },
  ...['bun.lock', 'bun.lockb'].map((trace) => ({
    trace,
    add: (name: string) => `\`bun add ${name}\``,
    rebuild: (name: string, isMissing: boolean) => (isMissing ? `\`bun pm trust ${name}\`` : '`bun install --force`'),
    reinstall: '`rm -rf node_modules && bun install`',
  })),
];

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
