import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GpSampler } from '../src/sampler/gp/sampler.ts';
import { random, tpe } from '../src/sampler/index.ts';
import type { Sampler } from '../src/sampler/sampler.ts';
import { bbobProblems } from './quality/bbob.ts';
import { interval, mean, overall, type Sample } from './quality/bootstrap.ts';
import { mixedProblems } from './quality/mixed.ts';
import { type Regrets, regretsOf } from './quality/regret.ts';

// The normalised regret of samplers on problems with a known optimum, and its ratio to tpe()'s. Runs are kept in a file,
// a line each, and what stands there is not run again: it can be stopped, and go on with more seeds.
// Run: npm run bench:quality -- --samplers gp,tpe --seeds 5 --trials 30,100 --into runs.ndjson

interface Run {
  readonly sampler: string;
  readonly problem: string;
  readonly seed: number;
  readonly regrets: Regrets;
}

// A search here is synchronous, so gp() is taken without its thread.
const SAMPLERS: Readonly<Record<string, () => Sampler>> = { gp: () => new GpSampler(), tpe: () => tpe(), random };

const { values: options } = parseArgs({
  options: {
    samplers: { type: 'string', default: 'gp,tpe' },
    seeds: { type: 'string', default: '3' },
    trials: { type: 'string', default: '30,100' },
    problems: { type: 'string' },
    into: { type: 'string' },
  },
});

const samplers = options.samplers.split(',');
const trialCounts = options.trials.split(',').map(Number);
const names = options.problems?.split(',');
const problems = [...bbobProblems(5), ...mixedProblems].filter(({ name }) => names?.includes(name) ?? true);
const runs: Run[] =
  options.into && existsSync(options.into)
    ? readFileSync(options.into, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

for (let seed = 0; seed < Number(options.seeds); seed++) {
  for (const problem of problems) {
    for (const sampler of samplers) {
      if (find(sampler, problem.name, seed)) continue;
      const regrets = regretsOf(SAMPLERS[sampler]?.() ?? fail(sampler), problem, seed, trialCounts);
      const run = { sampler, problem: problem.name, seed, regrets };
      runs.push(run);
      if (options.into) appendFileSync(options.into, `${JSON.stringify(run)}\n`);
    }
  }
}

for (const count of trialCounts) {
  const samples = samplers.map((sampler) => problems.map(({ name }) => regrets(sampler, name, count)));
  console.log(`\n${count} trials, ${options.seeds} seeds`);
  console.log(['problem'.padEnd(22), ...samplers.map((name) => name.padStart(9))].join(''));
  for (const [at, { name }] of problems.entries()) {
    const cells = samples.map((sample) =>
      mean(sample[at] ?? [])
        .toFixed(4)
        .padStart(9),
    );
    console.log([name.padEnd(22), ...cells].join(''));
  }
  console.log(['mean'.padEnd(22), ...samples.map((sample) => overall(sample).toFixed(4).padStart(9))].join(''));
  const reference = samples[samplers.indexOf('tpe')];
  if (reference === undefined) continue;
  for (const [at, sampler] of samplers.entries()) {
    if (sampler === 'tpe') continue;
    const ratio = ([own = [], other = []]: readonly Sample[]) => overall(own) / overall(other);
    const both = [samples[at] as Sample, reference];
    const [low, high] = interval(both, ratio);
    const won = problems.filter((_, at) => mean(both[0]?.[at] ?? []) <= mean(reference[at] ?? [])).length;
    const figures = `${ratio(both).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] of tpe's mean regret`;
    console.log(`${sampler}: ${figures}; not behind on ${won} of ${problems.length} problems`);
  }
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

function regrets(sampler: string, problem: string, count: number): readonly number[] {
  return Array.from({ length: Number(options.seeds) }, (_, seed) => {
    return find(sampler, problem, seed)?.regrets[count] ?? Number.NaN;
  });
}

function fail(sampler: string): never {
  throw new Error(`There is no sampler ${sampler}; there are ${Object.keys(SAMPLERS).join(', ')}.`);
}
