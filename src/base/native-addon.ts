import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HpoError } from './errors.ts';
import { managerAbove, NPM } from './package-manager.ts';
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
    const { manager, where } = managerAbove(from) ?? { manager: NPM, where: '' };
    const commands = isCompiled ? manager.rebuild(name, isMissing) : manager.reinstall;
    const problem = `The package '${name}' does not work here: ${cause(match)}; run ${commands}${where}.`;
    return new HpoError('HPO_INSTALLATION', problem, { data: { package: name }, cause: error });
  }
  return undefined;
}
