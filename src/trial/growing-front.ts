import { dominates, type Losses } from '../math/domination.ts';
import { isFeasible } from './constraints.ts';
import { type Direction, lossesOf } from './direction.ts';
import type { FrozenTrial } from './frozen-trial.ts';

/** The trials of a front that reach the same values. */
interface Point {
  readonly losses: Losses;
  readonly trials: FrozenTrial[];
}

/**
 * The Pareto front of trials that come one by one, as `paretoFront` finds it among all of them. Adding one costs as
 * much as the front has different points, however many trials there have been.
 */
export class GrowingFront {
  readonly #directions: readonly Direction[];
  readonly #byNumber = new Map<number, FrozenTrial>();
  #points: Point[] = [];

  constructor(directions: readonly Direction[]) {
    this.#directions = directions;
  }

  /** Adds a trial, once, when it is finished; others than COMPLETE ones that meet their constraints are left out. */
  add(trial: FrozenTrial): void {
    if (trial.state !== 'COMPLETE' || trial.values === null || !isFeasible(trial)) return;
    const losses = lossesOf(trial.values, this.#directions);
    if (this.#points.some((point) => dominates(point.losses, losses))) return;
    const isBeaten = (point: Point) => dominates(losses, point.losses);
    for (const { trials } of this.#points.filter(isBeaten)) {
      for (const { number } of trials) this.#byNumber.delete(number);
    }
    this.#points = this.#points.filter((point) => !isBeaten(point));
    const same = this.#points.find((point) => point.losses.every((loss, at) => loss === losses[at]));
    if (same === undefined) this.#points.push({ losses, trials: [trial] });
    else same.trials.push(trial);
    this.#byNumber.set(trial.number, trial);
  }

  /** Whether the trial of this number is in the front. */
  has(number: number): boolean {
    return this.#byNumber.has(number);
  }

  /** The trials of the front, in the order in which they came. */
  get trials(): Iterable<FrozenTrial> {
    return this.#byNumber.values();
  }
}
