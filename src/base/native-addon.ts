import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HpoError } from './errors.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** A way in which native code fails to load. */
interface Failure {
  /** Matches the code and the message of the error: `ERR_DLOPEN_FAILED: …`. */
  readonly says: RegExp;
  readonly cause: (match: RegExpExecArray) => string;
  /** Whether the native code is not there at all. */
  readonly isMissing?: true;
}

const MISSING = 'its native code is missing, as after an installation without scripts or optional dependencies';

const LIBRARY: readonly Failure[] = [
  {
    says: /NODE_MODULE_VERSION (\d+)[\s\S]*NODE_MODULE_VERSION (\d+)/,
    cause: ([, built, needed]) =>
      `it was built for another version of Node (NODE_MODULE_VERSION ${built}, and ${process.version} needs ${needed})`,
  },
  { says: /bindings file|native binding|MODULE_NOT_FOUND/i, cause: () => MISSING, isMissing: true },
  { says: /^ERR_DLOPEN_FAILED: (.*)/, cause: ([, detail]) => `its native code does not load (${detail})` },
];

const PICTURES: readonly Failure[] = [
  { says: /Could not load the "sharp" module/, cause: () => MISSING, isMissing: true },
  ...LIBRARY,
];

const PROGRAM: readonly Failure[] = [
  { says: /is needed by esbuild/, cause: () => MISSING, isMissing: true },
  { says: /esbuild for another platform/, cause: () => 'it was installed for another system' },
  { says: /does not match binary version/, cause: () => 'its parts are of different versions' },
  {
    says: /(The service (?:was stopped|is no longer running).*|spawn\S* \S*esbuild\S* E\w+)/,
    cause: ([, detail]) => `its native code does not run (${detail})`,
  },
];

/**
 * The packages with code for one kind of machine; `isCompiled` marks those that a script may compile at installation.
 */
const ADDONS = {
  'better-sqlite3': { isCompiled: true, failures: LIBRARY },
  '@resvg/resvg-js': { isCompiled: false, failures: LIBRARY },
  sharp: { isCompiled: false, failures: PICTURES },
  webgpu: { isCompiled: false, failures: LIBRARY },
  esbuild: { isCompiled: false, failures: PROGRAM },
} as const satisfies Readonly<Record<string, { readonly isCompiled: boolean; readonly failures: readonly Failure[] }>>;

/** A program that installs packages, and its commands that bring native code to a package that lacks it. */
interface PackageManager {
  /** A file in each `node_modules`, or beside it, that shows that this program made it. */
  readonly trace: string;
  /**
   * The commands that run a package's script, where it was not allowed to run (`isMissing`) or ran for another Node.
   */
  readonly rebuild: (name: string, isMissing: boolean) => string;
  /** The commands that install all packages for this machine, the optional ones included. */
  readonly reinstall: string;
}

const NPM: PackageManager = {
  trace: 'node_modules/.package-lock.json',
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
    rebuild: (name, isMissing) => (isMissing ? '`pnpm approve-builds`' : `\`pnpm rebuild ${name}\``),
    reinstall: '`rm -rf node_modules && pnpm install`',
  },
  {
    trace: 'node_modules/.yarn-state.yml', // version 2 and later
    rebuild: (name) => `\`yarn rebuild ${name}\``,
    reinstall: '`rm -rf node_modules && yarn install`',
  },
  {
    trace: 'node_modules/.yarn-integrity', // version 1
    rebuild: () => '`yarn install --force --no-ignore-scripts`',
    reinstall: '`rm -rf node_modules && yarn install`',
  },
  ...['bun.lock', 'bun.lockb'].map((trace) => ({
    trace,
    rebuild: (name: string, isMissing: boolean) => (isMissing ? `\`bun pm trust ${name}\`` : '`bun install --force`'),
    reinstall: '`rm -rf node_modules && bun install`',
  })),
];

/**
 * Explains why a package's native code does not load: it is missing, or was built for another Node, system or C
 * library.
 *
 * @param error as the package threw it.
 * @param from the folder from which the package manager is looked for upwards; default: where hpo is installed.
 * @returns HPO_INSTALLATION in one line with the command that mends it; undefined for an error that has another cause.
 */
export function addonProblem(
  name: keyof typeof ADDONS,
  error: unknown,
  from = dirname(fileURLToPath(new URL('package.json', PACKAGE_ROOT))),
): HpoError | undefined {
  const { isCompiled, failures } = ADDONS[name];
  const { code = '', message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  for (const { says, cause, isMissing = false } of failures) {
    const match = says.exec(`${code}: ${message}`);
    if (match === null) continue;
    const { manager, folder } = managerAbove(from) ?? { manager: NPM, folder: process.cwd() };
    const commands = isCompiled ? manager.rebuild(name, isMissing) : manager.reinstall;
    const where = folder === process.cwd() ? '' : ` in ${folder}`;
    const problem = `The package '${name}' does not work here: ${cause(match)}; run ${commands}${where}.`;
    return new HpoError('HPO_INSTALLATION', problem, { data: { package: name }, cause: error });
  }
  return undefined;
}

/** The package manager that has installed packages into the nearest folder, going up. */
function managerAbove(folder: string): { readonly manager: PackageManager; readonly folder: string } | undefined {
  const manager = PACKAGE_MANAGERS.find(({ trace }) => existsSync(join(folder, trace)));
  if (manager !== undefined) return { manager, folder };
  const parent = dirname(folder);
  return parent === folder ? undefined : managerAbove(parent);
}
