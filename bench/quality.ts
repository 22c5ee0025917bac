import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isSamplerName, SAMPLERS } from '../src/sampler/by-name.ts';
import { GpSampler } from '../src/sampler/gp/sampler.ts';
import type { Sampler } from '../src/sampler/sampler.ts';
import { peerPython } from './peer/python.ts';
import type { Asker } from './quality/asker.ts';
import { interval, mean, overall, type Sample } from './quality/bootstrap.ts';
import { ownAsker } from './quality/own-asker.ts';
import { Peer } from './quality/peer-asker.ts';
import type { AnyProblem } from './quality/problem.ts';
import { problems as allProblems } from './quality/problems.ts';
import { type Regrets, regretsOf } from './quality/regret.ts';

// The normalised regret of samplers on problems with a known optimum, and its ratio to that of the first sampler. Runs
// are kept in a file, a line each, and what stands there is not run again: it can be stopped, and go on with more seeds.
// Optuna's samplers, whose runs are in quality/peers.ndjson as far as they were recorded, are `optuna-tpe`, `optuna-gp`, `optuna-cmaes` and `optuna-nsga2`.
// Run: npm run bench:quality -- --samplers tpe,gp,optuna-tpe --seeds 5 --trials 30,100 --into runs.ndjson

interface Run {
  readonly sampler: string;
  readonly problem: string;
  readonly seed: number;
  readonly regrets: Regrets;
}

const { values: options } = parseArgs({
  options: {
    samplers: { type: 'string', default: 'tpe,gp' },
    seeds: { type: 'string', default: '3' },
    trials: { type: 'string', default: '30,100' },
    problems: { type: 'string' },
    groups: { type: 'string' },
    into: { type: 'string' },
  },
});

const samplers = options.samplers.split(',');
const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
const trialCounts = options.trials.split(',').map(Number);
const [names, groups] = [options.problems?.split(','), options.groups?.split(',')];
const problems = allProblems.filter(({ name, group }) => {
  return (
    (names?.includes(name) ?? true) &&
    (groups ? groups.includes(group) : !['several', 'constrained'].includes(group) || names)
  );
});
const runs: Run[] = [new URL('quality/peers.ndjson', import.meta.url), ...(options.into ? [options.into] : [])].flatMap(
  (file) => (existsSync(file) ? linesOf(file) : []),
);
let peer: Peer | undefined;

for (const seed of seeds) {
  for (const problem of problems) {
    for (const sampler of samplers) {
      if (find(sampler, problem.name, seed)) continue;
      const asker = await askerOf(sampler, problem, seed);
      const regrets = await regretsOf(asker, problem, seed, trialCounts);
      const run = { sampler, problem: problem.name, seed, regrets };
      runs.push(run);
      if (options.into) appendFileSync(options.into, `${JSON.stringify(run)}\n`);
    }
  }
}
peer?.end();

for (const count of trialCounts) {
  print(`all problems, ${count} trials`, problems, count);
  const heldOut = problems.filter(({ isHeldOut }) => isHeldOut);
  if (heldOut.length > 0 && heldOut.length < problems.length)
    ratios(`held-out problems, ${count} trials`, heldOut, count);
  for (const group of new Set(problems.map(({ group }) => group))) {
    const members = problems.filter((problem) => problem.group === group);
    if (members.length < problems.length) ratios(`${group} problems, ${count} trials`, members, count);
  }
}

function print(title: string, problems: readonly AnyProblem[], count: number): void {
  console.log(`\n${title}, ${seeds.length} seeds`);
  console.log(['problem'.padEnd(24), ...samplers.map((name) => name.padStart(12))].join(''));
  const row = (name: string, figures: readonly number[]) =>
    console.log([name.padEnd(24), ...figures.map((figure) => figure.toFixed(4).padStart(12))].join(''));
  for (const { name, isHeldOut } of problems) {
    row(
      isHeldOut ? `${name} *` : name,
      samplers.map((sampler) => mean(regrets(sampler, name, count))),
    );
  }
  row(
    'mean',
    samplers.map((sampler) => overall(sample(sampler, problems, count))),
  );
  ratios('', problems, count);
}

/** Prints the ratios of the samplers' mean regrets to the first one's. */
function ratios(title: string, problems: readonly AnyProblem[], count: number): void {
  if (title) console.log(`\n${title}`);
  const [reference = '', ...others] = samplers;
  const theirs = sample(reference, problems, count);
  for (const sampler of others) {
    const both = [sample(sampler, problems, count), theirs] as const;
    const ratio = ([own = [], other = []]: readonly Sample[]) => overall(own) / overall(other);
    const [low, high] = interval(both, ratio);
    const won = problems.filter((_, at) => mean(both[0][at] ?? []) <= mean(both[1][at] ?? []) + 1e-12).length;
    const figures = `${ratio(both).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] of ${reference}'s mean regret`;
    console.log(`${sampler}: ${figures}; not behind on ${won} of ${problems.length}`);
  }
}

function sample(sampler: string, problems: readonly AnyProblem[], count: number): Sample {
  return problems.map(({ name }) => regrets(sampler, name, count));
}

function regrets(sampler: string, problem: string, count: number): readonly number[] {
  return seeds.map((seed) => find(sampler, problem, seed)?.regrets[count] ?? Number.NaN);
}

function find(sampler: string, problem: string, seed: number): Run | undefined {
  return runs.find(
    (run) =>
      run.sampler === sampler &&
      run.problem === problem &&
      run.seed === seed &&
      trialCounts.every((count) => run.regrets[count] !== undefined),
  );
}

async function askerOf(name: string, problem: AnyProblem, seed: number): Promise<Asker> {
  const directions = 'optimum' in problem ? 1 : problem.reference.length;
  if (!name.startsWith('optuna-')) return ownAsker(samplerOf(name), directions, seed);
  const python = peerPython('HPO_OPTUNA_PYTHON', 'optuna', 'scipy', 'torch');
  if (python === undefined) process.exit(1);
  peer ??= new Peer(python);
  return peer.asker(name, { directions, constrained: problem.group === 'constrained' }, seed);
}

function samplerOf(name: string): Sampler {
  if (name === 'gp') return new GpSampler(); // without its thread, which only costs time here
  if (isSamplerName(name)) return SAMPLERS[name].make();
  throw new Error(`There is no sampler ${name}; there are ${Object.keys(SAMPLERS).join(', ')}.`);
}

function linesOf(file: string | URL): Run[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
