import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { isWorkspaceRoot, managerOf, manifestIn, projectAbove } from '../../base/package-manager.ts';
import { complaintOf } from '../installer-complaint.ts';
import { ProgramFailed, runProgram } from '../program.ts';
import { isPinned, lackingPackages, type TrainingPackage, trainingPackages, versionOf } from './training-packages.ts';

/** Options of {@link addTrainingPackages}. */
export interface AddingOptions {
  /** A folder of the project. Default: the working directory. */
  readonly folder?: string;
  /** Whether the packages of the WebGPU backend are wanted, 160 MB. Default: true. */
  readonly webgpu?: boolean;
  /** Called with a line that says what will be done. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Adds the packages of `hpo/tfjs` to the package.json of a project, in the versions that this hpo works with, by the
 * package manager that the project is kept with. Nothing is done where all of them are there already.
 *
 * @returns whether packages were added.
 * @throws HpoError HPO_INSTALLATION where there is no package.json, or with the package manager's complaint in one line.
 */
export async function addTrainingPackages(options: AddingOptions = {}): Promise<boolean> {
  const { folder = process.cwd(), webgpu = true, log, signal } = options;
  const project = projectAbove(folder);
  if (project === undefined) {
    const mend = "go to your project's folder, or make it one with `npm init -y`";
    throw new HpoError('HPO_INSTALLATION', `There is no package.json in ${folder} or above it; ${mend}.`);
  }
  const wanted = trainingPackages({ webgpu }).filter((name) => !isThere(name, project));
  if (wanted.length === 0) return false;
  const packages = wanted.map((name) => (isPinned(name) ? `${name}@${versionOf(name)}` : name)); // else the newest
  const manager = managerOf(project);
  const args = manager.addExactly(packages, isWorkspaceRoot(project));
  log?.(`adding to ${join(project, 'package.json')}: ${manager.name} ${args.join(' ')}`);
  const fail = (detail: string, cause?: unknown): never => {
    throw new HpoError('HPO_INSTALLATION', `${manager.name} could not add the packages of hpo/tfjs: ${detail}`, {
      data: { packages },
      cause,
    });
  };
  try {
    await runProgram(manager.name, args, { cwd: project, ...(signal && { signal }) });
  } catch (reason) {
    signal?.throwIfAborted();
    if (!(reason instanceof ProgramFailed)) throw reason;
    fail(/ENOENT$/.test(reason.message) ? 'it is not installed' : complaintOf(reason), reason);
  }
  if (process.versions.pnp !== undefined) return true; // Yarn's map of packages, as this process has it, is old now
  const lacking = wanted.filter((name) => !isThere(name, project));
  return lacking.length === 0 || fail(`it ended well, and ${lacking.join(', ')} cannot be found from ${project}`);
}

/** Whether a project has a package in the version that hpo works with, and a package.json of it or above names it. */
function isThere(name: TrainingPackage, project: string): boolean {
  const require = createRequire(join(project, 'package.json'));
  return lackingPackages([name], require).length === 0 && isDeclared(name, project);
}

function isDeclared(name: string, folder: string): boolean {
  const { dependencies, devDependencies, optionalDependencies } = manifestIn(folder);
  const sections = [dependencies, devDependencies, optionalDependencies];
  const parent = dirname(folder);
  return (
    sections.some((section) => isObject(section) && name in section) || (parent !== folder && isDeclared(name, parent))
  );
}
