import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { MANIFEST } from '../../base/manifest.ts';

/** The packages without which `hpo/tfjs` cannot be imported, or has no backend that runs everywhere. */
const REQUIRED = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
] as const;

/** The packages of the WebGPU backend, for GPUs of any vendor. */
const WEBGPU = ['@tensorflow/tfjs-backend-webgpu', 'webgpu'] as const;

/** The decoder of PNG and JPEG files. */
const PICTURES = ['sharp'] as const;

/** A package that `hpo/tfjs` works with, and that its users install beside hpo. */
export type TrainingPackage = (typeof REQUIRED | typeof WEBGPU | typeof PICTURES)[number];

/** The packages of `hpo/tfjs`, those that it cannot do without first. */
export function trainingPackages({ webgpu = true }: { readonly webgpu?: boolean } = {}): readonly TrainingPackage[] {
  return [...REQUIRED, ...(webgpu ? WEBGPU : []), ...PICTURES];
}

/**
 * The version of a package that goes with this hpo: an exact one, or a range. It is the one that hpo is developed with.
 * As a peer it has none: npm would refuse hpo as a whole in a project that has another TensorFlow.js.
 */
export function versionOf(name: TrainingPackage): string {
  const version = MANIFEST.devDependencies[name];
  if (version === undefined) throw new Error(`package.json has no version of ${name}`);
  return version;
}

/** Whether hpo works with one version of a package alone. */
export function isPinned(name: TrainingPackage): boolean {
  return /^\d/.test(versionOf(name));
}

/** A package that is missing, or has another version than the one that hpo is pinned to. */
export interface LackingPackage {
  readonly name: TrainingPackage;
  /** The version that is wanted. */
  readonly wanted: string;
  /** The version that is installed in its place; undefined where there is none. */
  readonly found: string | undefined;
  /** Whether `hpo/tfjs` works without it but for a part. */
  readonly isOptional: boolean;
}

const ours = createRequire(import.meta.url);

/**
 * The packages among several that Node does not find, or finds in another version than hpo is pinned to.
 *
 * @param require finds packages as the module does for which it was made. Default: from where hpo is installed.
 */
export function lackingPackages(names = trainingPackages(), require = ours): readonly LackingPackage[] {
  return names.flatMap((name) => {
    const wanted = versionOf(name);
    const found = installedVersion(name, require);
    return found === undefined || (isPinned(name) && found !== wanted)
      ? [{ name, wanted, found, isOptional: !isRequiredPackage(name) }]
      : [];
  });
}

function installedVersion(name: string, require: NodeJS.Require): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  try {
    return (require(`${name}/package.json`) as { version: string }).version; // as where Yarn keeps packages in archives
  } catch {
    return undefined;
  }
}

/**
 * Loads a package that `hpo/tfjs` cannot do without. The build calls it where the sources import one.
 *
 * @throws HpoError HPO_TFJS_MISSING in one line that names all that are lacking, and the command that adds them.
 */
export function requiredPackage(name: string): unknown {
  checkRequired();
  return ours(name);
}

let isChecked = false;

function checkRequired(): void {
  if (isChecked) return;
  const lacking = lackingPackages(REQUIRED);
  if (lacking.length > 0) throw problemOf(lacking);
  isChecked = true;
}

function problemOf(lacking: readonly LackingPackage[], cause?: unknown): HpoError {
  const problem = `hpo/tfjs needs ${describeLacking(lacking)}; run \`npx hpo setup tfjs\`.`;
  return new HpoError('HPO_TFJS_MISSING', problem, { data: { packages: lacking.map(({ name }) => name) }, cause });
}

/**
 * Explains why a package could not be imported that only a part of `hpo/tfjs` needs.
 *
 * @returns HPO_TFJS_MISSING with the command that adds it; undefined where the error has another cause.
 */
export function missingPackage(name: TrainingPackage, error: unknown): HpoError | undefined {
  const { code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const [lacking] = code === 'ERR_MODULE_NOT_FOUND' ? lackingPackages([name]) : [];
  return lacking && problemOf([lacking], error);
}

/** Says what is lacking: `TensorFlow.js, which is not installed`, or each package by its name. */
export function describeLacking(lacking: readonly LackingPackage[]): string {
  const missing = lacking.filter(({ found }) => found === undefined).map(({ name }) => name);
  if (REQUIRED.every((name) => missing.includes(name))) return 'TensorFlow.js, which is not installed';
  return lacking
    .map(
      ({ name, wanted, found }) => `${name} ${wanted} (${found === undefined ? 'not installed' : `here is ${found}`})`,
    )
    .join(', ');
}

/** Whether a package is one that {@link requiredPackage} loads. */
export function isRequiredPackage(name: string): boolean {
  return REQUIRED.some((known) => known === name);
}
