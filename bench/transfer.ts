import { parseArgs } from 'node:util';
import { Rng } from '../src/base/rng.ts';
import type { EarlierTrial } from '../src/history/history.ts';
import { GpSampler } from '../src/sampler/gp/sampler.ts';
import { tpe } from '../src/sampler/index.ts';
import { tellingTrials } from '../src/sampler/telling-trials.ts';
import type { Distribution, ParamValue } from '../src/space/distribution.ts';
import { FloatDistribution } from '../src/space/float-distribution.ts';
import { type Suggest, searchByRun } from '../test/support/search.ts';
import { interval, mean, overall, type Sample } from './quality/bootstrap.ts';
import { ownAsker } from './quality/own-asker.ts';
import type { QualityProblem } from './quality/problem.ts';
import { problems as allProblems } from './quality/problems.ts';
import { type Regrets, regretsOf } from './quality/regret.ts';

// The regret of gp() with `transferFrom` an earlier study of 60 trials by tpe(), as a ratio to gp() without one: of a
// related problem (its floats lie 8 % of their range apart), of the opposite problem, and of values without sense.
// Run: npm run bench:transfer -- [--seeds 8] [--trials 10,20,30]

const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '8' }, trials: { type: 'string', default: '10,20,30' } },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
const trialCounts = options.trials.split(',').map(Number);
const NAMES = [
  'training',
  'rosenbrock-5',
  'conditional',
  'learners',
  'sphere-5',
  'rotated-rastrigin-5',
  'ackley-choices',
  'integers',
];
const problems = NAMES.map((name) => allProblems.find((problem) => problem.name === name) as QualityProblem);

const EARLIER = {
  none: undefined,
  related: (problem) => (suggest) =>
    problem.evaluate((name, distribution) => shifted(suggest(name, distribution), distribution)),
  opposite: (problem) => (suggest) => -problem.evaluate(suggest),
  senseless: (problem, rng) => (suggest) => 0 * problem.evaluate(suggest) + rng.uniform(),
} as const satisfies Readonly<
  Record<string, ((problem: QualityProblem, rng: Rng) => (suggest: Suggest) => number) | undefined>
>;

const samples: Record<string, Sample[]> = {};
for (const kind of Object.keys(EARLIER) as (keyof typeof EARLIER)[]) {
  const regrets: Regrets[][] = [];
  for (const problem of problems) {
    const own: Regrets[] = [];
    for (const seed of seeds) {
      const asker = ownAsker(new GpSampler(), 1, seed, earlierTrials(kind, problem, seed));
      own.push(await regretsOf(asker, problem, seed, trialCounts));
    }
    regrets.push(own);
  }
  samples[kind] = trialCounts.map((count) => regrets.map((own) => own.map((each) => each[count] as number)));
}

for (const [at, count] of trialCounts.entries()) {
  console.log(`\n${count} trials, ${seeds.length} seeds`);
  console.log(['problem'.padEnd(24), ...Object.keys(samples).map((kind) => kind.padStart(11))].join(''));
  for (const [i, { name }] of problems.entries()) {
    const figures = Object.values(samples).map((sample) =>
      mean(sample[at]?.[i] ?? [])
        .toFixed(4)
        .padStart(11),
    );
    console.log(name.padEnd(24) + figures.join(''));
  }
  const reference = samples.none?.[at] as Sample;
  for (const [kind, sample] of Object.entries(samples)) {
    if (kind === 'none') continue;
    const ratio = ([own = [], other = []]: readonly Sample[]) => overall(own) / overall(other);
    const both = [sample[at] as Sample, reference];
    const [low, high] = interval(both, ratio);
    console.log(
      `${kind}: ${ratio(both).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] of the mean regret without it`,
    );
  }
}

function earlierTrials(
  kind: keyof typeof EARLIER,
  problem: QualityProblem,
  seed: number,
): readonly EarlierTrial[] | undefined {
  const objective = EARLIER[kind]?.(problem, new Rng(`senseless/${seed}`));
  return objective && tellingTrials(searchByRun(tpe(), objective, 60, 1000 + seed), 'minimize', 100);
}

/** A number moved up by 8 % of its range, as far as the range goes; other values as they are. */
function shifted(value: ParamValue, distribution: Distribution): ParamValue {
  if (!(distribution instanceof FloatDistribution)) return value;
  const { low, high, log } = distribution;
  const [place, back] = log ? [Math.log, Math.exp] : [Number, Number];
  const moved = back(place(Number(value)) + 0.08 * (place(high) - place(low)));
  return Math.min(Math.max(moved, low), high);
}
