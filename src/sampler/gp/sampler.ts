import type { JsonValue } from '../../base/json.ts';
import type { EarlierTrial, History } from '../../history/history.ts';
import { ascendingOrder } from '../../math/ascending-order.ts';
import { Sobol } from '../../math/sobol.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { RandomSampler } from '../random.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import { conditionsOf } from './condition.ts';
import { constraintEvidence, failureEvidence } from './constraint-values.ts';
import type { Evidence, Measured } from './model.ts';
import { type GpOptions, gpSettings } from './options.ts';
import { type Point, PointSpace, pointKey } from './point-space.ts';
import { type Problem, solve } from './problem.ts';
import { SolverThread } from './solver-thread.ts';
import { type TrialGroups, type TrialWithLoss, trialGroups } from './trial-groups.ts';
import { untriedPoint } from './untried-point.ts';

/** The most trials that a model knows: the best half of them, and the newest. */
const MOST_TRIALS = 400;
/** The most running and the most failed trials that it knows, the newest. */
const MOST_OTHERS = 50;

/** The most startup trials of a study that learns from earlier ones. */
const INFORMED_STARTUPS = 6;
/** The distance in the unit cube from which on two points of earlier studies tell different things. */
const FAR = 0.15;

/** Solves a problem, perhaps in another thread. */
export type Solver = (problem: Problem) => Point | Promise<Point>;

/** Bayesian optimisation with a Gaussian process. Made by {@link gp}. */
export class GpSampler implements Sampler {
  readonly name = 'gp';
  readonly ignoresRunningReports = true;
  readonly learnsFromEarlier = true;
  readonly #settings: Required<GpOptions>;
  readonly #solver: Solver;
  readonly #random = new RandomSampler();

  constructor(options: GpOptions = {}, solver: Solver = solve) {
    this.#settings = gpSettings(options);
    this.#solver = solver;
  }

  get options(): JsonValue {
    return { ...this.#settings };
  }

  start(history: History, trial: StartingTrial): Draw | Promise<Draw> {
    const groups = trialGroups(history, trial.number, trial.rng('sampler:weights'));
    const params = paramsOf(history, trial.number);
    if (params.size === 0) return { params: new Map() };
    const known = mostInformative(groups.known);
    const trials = known.map(({ trial }) => trial);
    const conditions = conditionsOf(params, history.study.space, trials);
    const space = new PointSpace(params, conditions, trial.params);
    const draw = (point: Point): Draw => ({ params: space.decode(point, trial.rng('sampler:absent')) });
    const earlier = history.study.earlier ?? [];
    const startups = Math.min(this.#settings.startupTrials, earlier.length > 0 ? INFORMED_STARTUPS : Infinity);
    if (groups.finishedCount < startups || known.length < 2) {
      const tried = triedPoints(history, trial.number, space);
      return draw(earlierPoint(space, tried, earlier, trial) ?? startupPoint(space, tried, trial));
    }
    const point = this.#solver({
      params: [...params].map(([name, distribution]) => [name, distributionToJson(distribution)]),
      conditions: [...conditions],
      fixed: trial.params,
      evidence: { ...evidenceOf(groups, known, space, trial.number), earlier: earlierEvidence(earlier, space) },
      tried: [...triedPoints(history, trial.number, space, [...trials, ...groups.running])],
      seed: String(trial.rng('sampler').uniform()),
    });
    return point instanceof Promise ? point.then(draw) : draw(point);
  }

  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    return this.#random.sample(history, trial, name, distribution);
  }
}

/** The parameters to choose: those declared, and those that trials have asked for, as the last of them did. */
function paramsOf({ study, trials }: History, own: number): DistributionMap {
  const params = new Map(study.space);
  let last: FrozenTrial['distributions'] | undefined;
  for (const { number, distributions } of trials) {
    if (distributions === last || number === own) continue;
    last = distributions;
    for (const [name, distribution] of Object.entries(distributions)) {
      if (!study.space.has(name)) params.set(name, distribution);
    }
  }
  return new Map([...params].filter(([, distribution]) => !distribution.isSingle));
}

function mostInformative(known: readonly TrialWithLoss[]): readonly TrialWithLoss[] {
  if (known.length <= MOST_TRIALS) return known;
  const best = ascendingOrder(Float64Array.from(known, ({ loss }) => loss)).subarray(0, MOST_TRIALS / 2);
  const kept = new Set(best);
  for (let newest = known.length - 1; kept.size < MOST_TRIALS; newest--) kept.add(newest);
  return known.filter((_, at) => kept.has(at));
}

function startupPoint(space: PointSpace, tried: ReadonlySet<string>, trial: StartingTrial): Point {
  const scrambling = trial.studyRng('sampler');
  const sobol = new Sobol(space.params.length, () => scrambling.uniform());
  const point = space.pointAt(sobol.point(trial.number));
  return tried.has(pointKey(point)) ? untriedPoint(space, tried, trial.rng('sampler')) : point;
}

/** The best points of earlier studies, far from each other, for every second of the first trials; else undefined. */
function earlierPoint(
  space: PointSpace,
  tried: ReadonlySet<string>,
  earlier: readonly EarlierTrial[],
  { number }: StartingTrial,
): Point | undefined {
  if (number % 2 === 1 || number >= INFORMED_STARTUPS) return undefined;
  const chosen: Point[] = [];
  for (const { params } of earlier) {
    const point = space.settle(space.encode(params));
    if (chosen.some((other) => distanceOf(point, other) < FAR)) continue;
    chosen.push(point);
    if (2 * (chosen.length - 1) === number) return tried.has(pointKey(point)) ? undefined : point;
  }
  return undefined;
}

/** The greatest difference of a coordinate; 1 and more for another choice. */
function distanceOf(a: Point, b: Point): number {
  return a.reduce((most, coordinate, at) => Math.max(most, Math.abs(coordinate - (b[at] as number))), 0);
}

function earlierEvidence(earlier: readonly EarlierTrial[], space: PointSpace): Measured | undefined {
  if (earlier.length < 2) return undefined;
  const points = earlier.map(({ params }) => space.encode(params));
  return { points, values: Float64Array.from(earlier, ({ loss }) => loss) };
}

function evidenceOf(
  groups: TrialGroups,
  known: readonly TrialWithLoss[],
  space: PointSpace,
  trialNumber: number,
): Omit<Evidence, 'earlier'> {
  const placed = (trial: FrozenTrial) => ({ trial, point: space.encode(trial.params) });
  const ended = known.map(({ trial }) => placed(trial));
  const newest = (trials: readonly FrozenTrial[]) => trials.slice(-MOST_OTHERS).map(placed);
  return {
    points: ended.map(({ point }) => point),
    losses: Float64Array.from(known, ({ loss }) => loss),
    view: trialNumber % 2 === 0 ? 'linear' : 'halfRank',
    ...constraintEvidence(ended),
    failures: failureEvidence(ended, newest(groups.failed)),
    running: newest(groups.running).map(({ point }) => point),
  };
}

/**
 * The keys of the points that trials have tried. Points with a continuous parameter hardly ever come again; of those,
 * only the ones of `likely` trials are looked at.
 */
function triedPoints(
  { trials }: History,
  own: number,
  space: PointSpace,
  likely: readonly FrozenTrial[] = trials,
): Set<string> {
  const looked = space.hasDiscretePoints ? trials : likely;
  const tried = looked.filter(({ number, state }) => number !== own && state !== 'WAITING');
  return new Set(tried.map(({ params }) => pointKey(space.encode(params))));
}

/** The number of trials from which on solving takes long enough to keep reports of other trials waiting. */
const MANY_TRIALS = 50;

let thread: SolverThread | undefined;

/** Solves large problems in a thread, which all studies of the process share. */
function solveOffEventLoop(problem: Problem): Point | Promise<Point> {
  if (problem.evidence.points.length < MANY_TRIALS) return solve(problem);
  thread ??= new SolverThread();
  return thread.solve(problem);
}

/**
 * Bayesian optimisation with a Gaussian process (Jones et al. 1998; Rasmussen and Williams 2006): the objective is
 * modelled as a smooth function with noise, and each trial goes where the expected improvement on the best is greatest.
 * It costs more to ask than `tpe()` and needs fewer trials; for objectives of a second and more.
 *
 * The first {@link GpOptions.startupTrials} trials fill the space evenly (Owen's scrambling of the Sobol sequence). The
 * model knows all parameters together, those of branches that a trial did not take included, and from PRUNED trials the
 * value that they would probably have ended with. Infinite and NaN reports count as the worst value. Running trials
 * count as if they had given what is expected of them. Where trials failed or broke constraints, others are chosen the
 * less, the less probable it is that they succeed. Of more than 400 trials the best 200 and the newest 200 are
 * modelled. A point is not tried twice while there are others.
 *
 * Parameters that an objective asks for and no earlier trial did are drawn evenly.
 *
 * With `transferFrom` the trials of earlier studies are a second model, whose prediction is the first one's prior mean as
 * far as this study's trials go along with it, and not at all where they go against it. Then there are 6 startup trials at
 * most, every second of which is one of the best of the earlier studies.
 *
 * With several directions each trial looks for another trade-off: it minimises one loss that the losses of all directions
 * make with weights drawn for it (ParEGO, Knowles 2006).
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 * @example defineStudy({ sampler: gp(), … })
 */
export function gp(options: GpOptions = {}): Sampler {
  return new GpSampler(options, solveOffEventLoop);
}
