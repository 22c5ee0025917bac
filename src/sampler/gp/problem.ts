import { Rng } from '../../base/rng.ts';
import type { ParamValue } from '../../space/distribution.ts';
import { distributionFromJson } from '../../space/distribution-json.ts';
import { mostPromising } from './acquisition-search.ts';
import type { Condition } from './condition.ts';
import { type Evidence, recommendation } from './model.ts';
import { type Point, type PointParam, PointSpace, pointKey } from './point-space.ts';

/** All that a suggestion follows from, as plain data that can be sent to a thread. */
export interface Problem {
  /** The parameters' names and the JSON texts of their distributions. */
  readonly params: readonly (readonly [name: string, distribution: string])[];
  readonly conditions: readonly (readonly [name: string, condition: Condition])[];
  readonly fixed: Readonly<Record<string, ParamValue>>;
  readonly evidence: Evidence;
  /** The keys of points that are not to be proposed again. */
  readonly tried: readonly string[];
  /** Names the stream of random draws. */
  readonly seed: string;
}

const BEST_TRIALS = 5;
const MOST_INCUMBENTS = 12;

/** The point to try next. It follows from the problem alone. */
export function solve({ params, conditions, fixed, evidence, tried, seed }: Problem): Point {
  const distributions = params.map(([name, text]) => [name, distributionFromJson(text)] as const);
  const space = new PointSpace(new Map(distributions), new Map(conditions), fixed);
  const rng = new Rng(seed);
  const { acquisition, hyperparameters, order } = recommendation(evidence, space.numbers, rng);
  const ranked = [...order].map((at) => space.settle(Float64Array.from(evidence.points[at] as Point)));
  const incumbents = incumbentsOf(ranked, space);
  return mostPromising({ space, acquisition, hyperparameters, incumbents, tried: new Set(tried), rng });
}

/** The best trials, and the best of each branch: one that is behind may lead further. */
function incumbentsOf(ranked: readonly Point[], space: PointSpace): readonly Point[] {
  const parents = new Set(space.params.flatMap(({ condition }) => (condition ? [condition.parent] : [])));
  const leaders = [...parents].flatMap((index) => {
    const { at, interval, count } = space.params[index] as PointParam;
    if (interval !== undefined) return [];
    return Array.from({ length: count }, (_, choice) => ranked.find((point) => point[at] === choice));
  });
  const candidates = [...ranked.slice(0, BEST_TRIALS), ...leaders.filter((point) => point !== undefined)];
  const distinct = new Map(candidates.map((point) => [pointKey(point), point]));
  return [...distinct.values()].slice(0, MOST_INCUMBENTS);
}
