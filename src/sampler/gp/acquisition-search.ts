import type { Rng } from '../../base/rng.ts';
import { minimize } from '../../math/l-bfgs.ts';
import { Sobol } from '../../math/sobol.ts';
import type { Acquisition } from './acquisition.ts';
import type { Hyperparameters } from './kernel.ts';
import { MOST_SWEPT, Moves } from './moves.ts';
import { type Point, type PointSpace, pointKey } from './point-space.ts';
import { untriedPoint } from './untried-point.ts';

const SPREAD_POINTS = 400;
const NEIGHBOURS = 60;
const DEVIATIONS = [0.2, 0.05, 0.01];
/** The number of parameters that every second neighbour changes on average. */
const FEW_MOVED = 3;
const STARTS = 5;
const ROUNDS = 4;
const LEAST_GAIN = 1e-6;
const CLIMB = { iterations: 30, gradientTolerance: 1e-3, valueTolerance: 1e-6, longestStep: 0.5 };

/** A point with its acquisition. */
interface Rated {
  readonly point: Point;
  readonly merit: number;
}

/** The model and the space in which the most promising point is looked for. */
export interface Search {
  readonly space: PointSpace;
  readonly acquisition: Acquisition;
  readonly hyperparameters: Hyperparameters;
  /** Points near which good ones are likely, such as the best trials'. */
  readonly incumbents: readonly Point[];
  /** The keys of points that were tried: they are proposed only where there are no others. */
  readonly tried: ReadonlySet<string>;
  readonly rng: Rng;
}

/**
 * The most promising point that was not tried yet: of points that fill the space and neighbours of the incumbents the
 * best are improved by gradients and by trying the values of discrete parameters one by one.
 */
export function mostPromising(search: Search): Point {
  const { space, acquisition, tried, rng } = search;
  const moves = new Moves(space, rng);
  if (moves.free.length === 0) return space.settle(new Float64Array(space.width));
  const candidates = rated(acquisition, distinct(candidatePoints(search, moves))).sort((a, b) => b.merit - a.merit);
  let best: Rated | undefined;
  for (const start of candidates.slice(0, STARTS)) {
    const top = improved(start, search, moves);
    if (!tried.has(pointKey(top.point)) && top.merit > (best?.merit ?? -Infinity)) best = top;
  }
  best ??= candidates.find(({ point }) => !tried.has(pointKey(point)));
  return best?.point ?? untriedPoint(space, tried, rng, (points) => acquisition.atAll(points));
}

function candidatePoints({ space, incumbents, rng }: Search, moves: Moves): Point[] {
  const sobol = new Sobol(space.params.length, () => rng.uniform());
  const points = Array.from({ length: SPREAD_POINTS }, (_, index) => space.pointAt(sobol.point(index)));
  const few = Math.min(1, FEW_MOVED / moves.free.length);
  for (const incumbent of incumbents) {
    for (let i = 0; i < NEIGHBOURS; i++) {
      points.push(moves.neighbour(incumbent, DEVIATIONS[i % DEVIATIONS.length] as number, i % 2 === 0 ? 1 : few));
    }
  }
  return points;
}

function distinct(points: readonly Point[]): Point[] {
  return [...new Map(points.map((point) => [pointKey(point), point])).values()];
}

function rated(acquisition: Acquisition, points: readonly Point[]): Rated[] {
  const merits = acquisition.atAll(points);
  return points.map((point, at) => ({ point, merit: merits[at] as number }));
}

function improved(start: Rated, search: Search, moves: Moves): Rated {
  let best = start;
  for (let round = 0; round < ROUNDS; round++) {
    const before = best.merit;
    best = swept(climbed(best, search, moves), search, moves);
    if (best.merit < before + LEAST_GAIN) break;
  }
  return best;
}

/** Follows the gradient in the numbers that have too many values to try them one by one. */
function climbed(start: Rated, { space, acquisition, hyperparameters }: Search, moves: Moves): Rated {
  const coordinates = moves.free.flatMap((index) => {
    const { at, interval, count } = space.params[index] ?? { at: 0, interval: undefined, count: 0 };
    return interval && count > MOST_SWEPT && space.isActive(start.point, index) ? [at] : [];
  });
  if (coordinates.length === 0) return start;
  // Steps are taken in units of the length scales, in which the acquisition is about equally curved.
  const units = coordinates.map((at) => 1 / Math.sqrt(Math.max(hyperparameters.weights[at] as number, 0.25)));
  const point = Float64Array.from(start.point);
  const whole = new Float64Array(space.width);
  const place = (steps: Float64Array) => {
    for (const [k, at] of coordinates.entries()) point[at] = (steps[k] as number) * (units[k] as number);
  };
  const falling = (steps: Float64Array, gradient: Float64Array) => {
    place(steps);
    whole.fill(0);
    const merit = acquisition.addGradient(point, whole);
    for (const [k, at] of coordinates.entries()) gradient[k] = -(whole[at] as number) * (units[k] as number);
    return -merit;
  };
  const from = Float64Array.from(coordinates, (at, k) => (point[at] as number) / (units[k] as number));
  const box = { lower: from.map(() => 0), upper: from.map((_, k) => 1 / (units[k] as number)) };
  place(minimize(falling, from, box, CLIMB).point);
  return better(start, [space.settle(point)], acquisition);
}

/** Tries the values of each discrete parameter, keeping the best. */
function swept(start: Rated, { space, acquisition }: Search, moves: Moves): Rated {
  let best = start;
  for (const index of moves.free) {
    if ((space.params[index]?.count ?? Infinity) === Infinity || !space.isActive(best.point, index)) continue;
    best = better(best, moves.variations(best.point, index), acquisition);
  }
  return best;
}

function better(start: Rated, points: readonly Point[], acquisition: Acquisition): Rated {
  let best = start;
  for (const other of rated(acquisition, points)) if (other.merit > best.merit) best = other;
  return best;
}
