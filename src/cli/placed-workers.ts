import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from 'yargs';
import { HpoError } from '../base/errors.ts';
import { wrongValue } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import { PACKAGE_ROOT } from '../base/package-root.ts';
import type { Engine, GivenValues } from '../placement/engine.ts';
import { ENGINES } from '../placement/engines.ts';
import type { Placement } from '../placement/placement.ts';
import { loadStudyFile } from '../runner/study-file.ts';
import { setOption, text, wholeNumber } from './options.ts';
import { jsonOption } from './reporting.ts';
import { searchOptions } from './search-options.ts';
import { tensorboardOption } from './show-run.ts';

/** The names of the engines that place workers. */
export const ENGINE_NAMES = Object.keys(ENGINES);

/** The engine of one of {@link ENGINE_NAMES}. */
export function engineOf(name: string): Engine {
  const engine = ownValue(ENGINES, name);
  if (engine === undefined) throw refusal(wrongValue('The engine', name, `one of ${ENGINE_NAMES.join(', ')}`));
  return engine;
}

const { trials, timeout, workers: _workers, gpus: _gpus, storage: _storage, ...ofStudy } = searchOptions;

/** The options that every process of the study takes, workers and the run that concludes it. */
const OF_STUDY: Readonly<Record<string, Options>> = {
  ...ofStudy,
  set: setOption('override a setting: --set epochs=2'),
};

/** Further options of `hpo worker` that a placement passes on as they are. */
const OF_WORKER = {
  trials,
  'max-trials': wholeNumber('max-trials', 1, 'the trials after which a worker ends, and is started again'),
  timeout: { ...timeout, describe: 'the seconds after which a worker ends, and is started again' },
  tensorboard: tensorboardOption,
  json: jsonOption,
} as const satisfies Readonly<Record<string, Options>>;

/** The default of `--grace`, in seconds: Kubernetes and Slurm kill a process 30 s after they have asked it to end. */
const GRACE_S = 20;

/** The options of every engine. */
const OF_PLACEMENT = {
  workers: wholeNumber('workers', 1, 'the number of workers at a time (default: 1; over ssh one on each host)'),
  concurrency: wholeNumber(
    'concurrency',
    1,
    'the trials at once in each worker (default: one for each of its cores; on a GPU, the number that a probe finds best)',
  ),
  grace: wholeNumber('grace', 0, 'the seconds that running trials have when a worker is to end (default: 20)', 86_400),
  node: text('Node on the machines (default: node in the PATH there)'),
} as const satisfies Readonly<Record<string, Options>>;

/** The options of a command that places workers by these engines. The descriptions of engines' own options name them. */
export function placementOptions(engines: readonly Engine[]): Readonly<Record<string, Options>> {
  return { ...OF_PLACEMENT, ...OF_STUDY, ...OF_WORKER, ...ofEngines(engines) };
}

function ofEngines(engines: readonly Engine[]): Readonly<Record<string, Options>> {
  const described = new Map<string, { kind: 'text' | 'flag'; by: Map<string, string[]> }>();
  for (const engine of engines) {
    for (const [name, { kind, describe }] of Object.entries(engine.options)) {
      const option = described.get(name) ?? { kind, by: new Map<string, string[]>() };
      option.by.set(describe, [...(option.by.get(describe) ?? []), engine.name]);
      described.set(name, option);
    }
  }
  return Object.fromEntries(
    [...described].map(([name, { kind, by }]) => {
      const describe = [...by].map(([meaning, names]) => `${names.join(', ')}: ${meaning}`).join('; ');
      return [name, kind === 'text' ? text(describe) : { type: 'boolean', describe }];
    }),
  );
}

/** Workers for an engine, read from a command line. */
export interface PlacedWorkers {
  readonly placement: Placement;
  readonly values: GivenValues;
}

/**
 * Reads the workers of a study that an engine is to place.
 * @param args the values of the options of {@link placementOptions}.
 * @throws HpoError HPO_INVALID_ARGUMENT for an option that the engine does not have, or a value that it does not take; the
 *   errors of {@link loadStudyFile}.
 */
export async function placedWorkers(
  engine: Engine,
  study: string,
  args: Readonly<Record<string, unknown>>,
): Promise<PlacedWorkers> {
  const values = engineValues(engine, args);
  const { name } = await loadStudyFile(study);
  const folder = process.cwd();
  const given = {
    workers: args.workers as number | undefined,
    concurrency: args.concurrency as number | undefined,
    grace: args.grace as number | undefined,
    node: args.node as string | undefined,
  };
  const placement: Placement = {
    study: name,
    studyFile: relativePath(resolve(study), folder),
    folder,
    program: [given.node ?? 'node', programFrom(folder)],
    workers: given.workers ?? engine.workersByDefault?.(values) ?? 1,
    concurrency: given.concurrency,
    graceS: given.grace ?? GRACE_S,
    studyArguments: argumentsOf(OF_STUDY, args),
    workerArguments: argumentsOf(OF_WORKER, args),
  };
  for (const path of [placement.folder, placement.studyFile]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a script cannot hold them in a line
    if (/[\u0000-\u001f"]/.test(path))
      throw refusal(`${JSON.stringify(path)} has a character that Slurm and scripts do not take in a path.`);
  }
  return { placement, values };
}

/** The options that an engine has among those of all engines. */
function engineValues(
  engine: Engine,
  args: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | true>> {
  const values: Record<string, string | true> = {};
  const names = new Set(Object.values(ENGINES).flatMap(({ options }) => Object.keys(options)));
  for (const name of names) {
    const value = args[name];
    if (value === undefined || value === false) continue;
    const option = ownValue(engine.options, name);
    if (option === undefined) {
      const owners = Object.values(ENGINES).filter(({ options }) => Object.hasOwn(options, name));
      throw refusal(`${engine.name} has no --${name}; it is for ${owners.map((each) => each.name).join(' and ')}.`);
    }
    if (option.kind === 'text' && !option.accepts.test(String(value))) {
      throw refusal(wrongValue(`--${name}`, value, option.wanted));
    }
    values[name] = option.kind === 'text' ? String(value) : true;
  }
  return values;
}

/** The words that give these options the values that they have here. */
function argumentsOf(
  options: Readonly<Record<string, Options>>,
  args: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(options).flatMap((name) => {
    const value = args[name];
    if (value === undefined || value === false) return [];
    if (value === true || value === '') return [`--${name}`];
    return [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
}

/** The program of the `hpo` that is installed for a folder, relative to it; else of this one. */
function programFrom(folder: string): string {
  for (let above = folder; ; above = dirname(above)) {
    const installed = join(above, 'node_modules/hpo/bin/hpo.js');
    if (existsSync(installed)) return relativePath(installed, folder);
    if (dirname(above) === above) return relativePath(fileURLToPath(new URL('bin/hpo.js', PACKAGE_ROOT)), folder);
  }
}

/** A path with `/` between folders, relative to a folder where that is not longer. */
function relativePath(path: string, folder: string): string {
  const below = relative(folder, path);
  return (below.startsWith(`..${sep}..`) ? path : below).replaceAll(sep, '/');
}

function refusal(problem: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem);
}
