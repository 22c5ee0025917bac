import { ownValue } from '../base/own-value.ts';
import type { ParamValue } from '../space/distribution.ts';
import { FlatSpace, type PointValues } from '../space/flat-space.ts';
import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';

/** The points of a study's declared space that its trials have, or had. The summary of {@link triedPoints}. */
export class TriedPoints {
  readonly space: FlatSpace;
  readonly #trialsByPoint = new Map<string, Map<number, FrozenTrial>>();
  readonly #unplaced = new Set<number>();

  constructor(space: FlatSpace) {
    this.space = space;
  }

  take(trial: FrozenTrial): void {
    const key = this.#keyOf(trial);
    if (key === undefined) {
      if (isFinished(trial.state)) this.#unplaced.delete(trial.number);
      else this.#unplaced.add(trial.number);
      return;
    }
    this.#unplaced.delete(trial.number);
    const trials = this.#trialsByPoint.get(key);
    if (trials === undefined) this.#trialsByPoint.set(key, new Map([[trial.number, trial]]));
    else trials.set(trial.number, trial);
  }

  /** Whether another trial than `own` is at the point, in whatever state. */
  has(point: PointValues, own: number): boolean {
    const trials = this.#trialsByPoint.get(keyOf(point));
    return trials !== undefined && (trials.size > 1 || !trials.has(own));
  }

  /** The trials at a trial's point, its own included, in no order; empty where it lacks parameters. */
  besides(trial: FrozenTrial): Iterable<FrozenTrial> {
    const key = this.#keyOf(trial);
    return (key !== undefined && this.#trialsByPoint.get(key)?.values()) || [];
  }

  /** The number of points that no trial has had, those left out that unfinished trials will be given. */
  get leftCount(): number {
    return Math.max(this.space.count - this.#trialsByPoint.size - this.#unplaced.size, 0);
  }

  #keyOf({ params }: FrozenTrial): string | undefined {
    const point = this.space.point((name, distribution) => {
      const value = ownValue(params, name);
      return value !== undefined && distribution.contains(value) ? value : undefined;
    });
    return point && keyOf(point);
  }
}

/** Reads the points of a history's trials. */
export const triedPoints: HistoryReader<TriedPoints> = {
  start: ({ space }) => new TriedPoints(new FlatSpace(space)),
  take: (points, trial) => points.take(trial),
};

/** Text by which equal points are found. Numbers that rounding has moved are equal, too. */
function keyOf(point: PointValues): string {
  const rounded = (value: ParamValue) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value);
  return JSON.stringify([...point].map(([name, value]) => [name, rounded(value)]));
}
