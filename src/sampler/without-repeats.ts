import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import type { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import { type TriedPoints, triedPoints } from '../history/tried-points.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { FlatSpace, PointValues } from '../space/flat-space.ts';
import { isNumeric } from '../space/numeric-distribution.ts';
import { UnitInterval } from '../space/unit-interval.ts';
import { isLater } from './is-later.ts';
import { drawEvenly } from './random.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';

/** The number of times that the sampler is asked again. */
const REDRAWS = 20;
/** The most points that are compared by their distances; of larger spaces, as many drawn evenly. */
const MOST_COMPARED = 20_000;

/**
 * Asks another sampler again, with other random draws, while it chooses a point that some trial has had. After 20
 * times, in a space without continuous parameters, it takes the nearest of the points that none has had; so a space is
 * tried to its end, once each, and then nothing is left. Trials that several coordinators start at the same moment do
 * not see each other, and may coincide.
 *
 * A sampler whose `start` takes its time and leaves parameters out has these drawn evenly.
 */
export class WithoutRepeats implements Sampler {
  readonly name: string;
  readonly options?: JsonValue;
  readonly learnsFromEarlier: boolean;
  readonly seesAllTrials: boolean;
  readonly ignoresRunningReports: boolean;
  readonly #sampler: Sampler;

  constructor(sampler: Sampler) {
    const { name, options, learnsFromEarlier = false, seesAllTrials = false, ignoresRunningReports = false } = sampler;
    this.name = name;
    if (options !== undefined) this.options = options;
    this.learnsFromEarlier = learnsFromEarlier;
    this.seesAllTrials = seesAllTrials;
    this.ignoresRunningReports = ignoresRunningReports;
    this.#sampler = sampler;
  }

  checkStudy(study: History['study']): void {
    this.#sampler.checkStudy?.(study);
  }

  remaining(history: History): number | undefined {
    const own = this.#sampler.remaining?.(history);
    const { space, leftCount } = history.whole.summary(triedPoints);
    if (space.count === Infinity) return own;
    return Math.min(leftCount, own ?? leftCount);
  }

  start(history: History, trial: StartingTrial): Draw | Promise<Draw> {
    const tried = history.whole.summary(triedPoints); // of all brackets
    let redraws = 0;
    const attempt = (): Draw | Promise<Draw> => {
      const again = redraws === 0 ? trial : otherDraws(trial, redraws);
      const draw = this.#sampler.start(history, again);
      if (draw instanceof Promise) return draw.then((later) => take(later, pointOf(tried.space, later, again)));
      const sample: Sample = (name, distribution, params) =>
        this.#sampler.sample(history, { ...again, params }, name, distribution);
      return take(draw, pointOf(tried.space, draw, again, sample));
    };
    const take = (draw: Draw, point: PointValues): Draw | Promise<Draw> => {
      if (!tried.has(point, trial.number)) return { ...draw, params: point };
      if (redraws++ < REDRAWS) return attempt();
      return { ...draw, params: nearestUntried(tried, point, trial) ?? point };
    };
    return attempt();
  }

  sample(
    history: History,
    trial: StartingTrial,
    name: string,
    distribution: Distribution,
  ): ParamValue | Promise<ParamValue> {
    return this.#sampler.sample(history, trial, name, distribution);
  }
}

type Sample = (
  name: string,
  distribution: Distribution,
  params: StartingTrial['params'],
) => ParamValue | Promise<ParamValue>;

/** The trial with other random draws, for each purpose that a sampler has. */
function otherDraws(trial: StartingTrial, redraw: number): StartingTrial {
  return { ...trial, rng: (purpose) => trial.rng(`${purpose}:redraw ${redraw}`) };
}

/** The point that a trial would get by a draw: parameters that the draw lacks are sampled, or drawn evenly. */
function pointOf(space: FlatSpace, draw: Draw, trial: StartingTrial, sample?: Sample): PointValues {
  const params: Record<string, ParamValue> = { ...trial.params };
  const answer = (name: string, distribution: Distribution) => {
    const known = ownValue(params, name);
    if (known !== undefined && distribution.contains(known)) return known;
    if (distribution.isSingle) return distribution.first;
    const drawn = draw.params.get(name);
    if (drawn !== undefined && distribution.contains(drawn)) return drawn;
    const sampled = sample?.(name, distribution, { ...params });
    return sampled !== undefined && !isLater(sampled)
      ? sampled
      : drawEvenly(trial.rng(`sampler:${name}`), distribution);
  };
  const take = (name: string, distribution: Distribution) => {
    params[name] = answer(name, distribution);
    return params[name];
  };
  return space.point(take) as PointValues; // each parameter has a value
}

/** The nearest point that no trial has had, beside the values that the trial has; one of equals by chance. */
function nearestUntried(tried: TriedPoints, from: PointValues, trial: StartingTrial): PointValues | undefined {
  const { space } = tried;
  if (space.count === Infinity) return undefined;
  const rng = trial.rng('duplicates');
  const isOpen = (point: PointValues) => {
    for (const [name, value] of point) if (from.get(name) !== value && Object.hasOwn(trial.params, name)) return false;
    return !tried.has(point, trial.number);
  };
  const nearest = nearestOf(
    space.count <= MOST_COMPARED ? space.points() : drawnPoints(space, trial),
    isOpen,
    distancesFrom(from, space),
    rng,
  );
  if (nearest !== undefined || space.count <= MOST_COMPARED) return nearest;
  for (const point of space.points()) if (isOpen(point)) return point;
  return undefined;
}

function* drawnPoints(space: FlatSpace, trial: StartingTrial): Generator<PointValues> {
  const rng = trial.rng('duplicates:points');
  for (let count = 0; count < MOST_COMPARED; count++) {
    yield space.point((name, distribution) => {
      const fixed = ownValue(trial.params, name);
      return fixed !== undefined && distribution.contains(fixed) ? fixed : drawEvenly(rng, distribution);
    }) as PointValues;
  }
}

function nearestOf(
  points: Iterable<PointValues>,
  isOpen: (point: PointValues) => boolean,
  distanceTo: (point: PointValues) => number,
  rng: Rng,
): PointValues | undefined {
  let nearest: PointValues | undefined;
  let least = Number.POSITIVE_INFINITY;
  let equals = 0;
  for (const point of points) {
    const distance = distanceTo(point);
    if (distance > least || !isOpen(point)) continue;
    equals = distance === least ? equals + 1 : 1;
    if (rng.integer(equals) === 0) nearest = point;
    least = distance;
  }
  return nearest;
}

/** Sums, over the parameters, how far a number is from that of `from`, in its range; 1 for another choice or branch. */
function distancesFrom(from: PointValues, { distributions }: FlatSpace): (point: PointValues) => number {
  const intervals = new Map(
    [...distributions].flatMap(([name, distribution]) =>
      isNumeric(distribution) && !distribution.isSingle ? [[name, new UnitInterval(distribution)] as const] : [],
    ),
  );
  return (point) => {
    let distance = 0;
    for (const [name, value] of point) {
      const other = from.get(name);
      const interval = intervals.get(name);
      if (value === other) continue;
      if (interval === undefined || other === undefined) distance += 1;
      else distance += Math.abs(interval.placeOf(Number(value)) - interval.placeOf(Number(other)));
    }
    return distance;
  };
}
