import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  type CommandOptions,
  command,
  createStudy,
  type Direction,
  type FrozenTrial,
  nop,
  type Pruner,
  type Settings,
  type SpaceDefinition,
  space,
} from '../../src/index.ts';
import { random } from '../../src/sampler/index.ts';

/** Whether there is a Python to write programs in. */
export const hasPython = spawnSync('python3', ['-c', '']).status === 0;

/** Prunes every trial that has reported `count` values. */
export const pruneAfter = (count: number): Pruner => ({
  name: 'prune-after',
  judge: (_history, trial) => trial.intermediateValues.size >= count,
});

/** A command that runs a script of sh, with `$1`, `$2`, … as its arguments. */
export function sh(script: string, ...args: readonly string[]): string[] {
  return ['sh', '-c', script.replaceAll('{', '{{').replaceAll('}', '}}'), 'sh', ...args];
}

/** The options of {@link search}. */
export interface SearchOptions {
  readonly params?: SpaceDefinition;
  readonly trials?: number;
  readonly directions?: readonly Direction[];
  readonly pruner?: Pruner;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly settings?: Settings;
  readonly log?: (line: string) => void;
}

/** Searches in this process with a command for its objective, and returns the trials. */
export async function search(
  run: string | readonly string[] | CommandOptions,
  options: SearchOptions = {},
): Promise<readonly FrozenTrial[]> {
  const { params = {}, trials = 1, directions = ['minimize'], pruner = nop(), concurrency = 1, signal } = options;
  const study = await createStudy({
    name: 'commands',
    storage: 'memory:',
    space: space(params),
    sampler: random(),
    directions,
    pruner,
    seed: 5,
  });
  const objective = command(typeof run === 'object' && 'run' in run ? run : { run });
  const { settings = {}, log } = options;
  const extra = { settings, ...(log && { log }) };
  await study.optimize((context) => objective({ ...context, ...extra }), {
    trials,
    concurrency,
    ...(signal && { signal }),
  });
  const ended = await study.trials();
  await study.close();
  return ended;
}

/** The first trial of {@link search}. */
export async function trialOf(...args: Parameters<typeof search>): Promise<FrozenTrial> {
  const [trial] = await search(...args);
  if (trial === undefined) throw new Error('There is no trial.');
  return trial;
}

/** The reason why a trial failed. */
export function failureOf(trial: FrozenTrial): string {
  const { name, message } = trial.systemAttrs['hpo:error'] as { name: string; message: string };
  return `${name}: ${message}`;
}

/** The process numbers that programs have written into a file, one a line. */
export function pidsIn(file: string): number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : [];
}
