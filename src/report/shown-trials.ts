import { isFeasible } from '../trial/constraints.ts';
import { compareValues, type Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/**
 * The most trials that charts show by an even selection: more could not be distinguished, and would make a page slow.
 */
export const MOST_SHOWN = 10_000;
/** The most trials shown beyond the even selection: of those that improved on all before them, and of the best. */
const MOST_MARKED = 1000;

/** The trials of a study that a report shows. */
export interface ShownTrials {
  /** The trials by number. */
  readonly trials: readonly FrozenTrial[];
  /** One trial in this many is shown, besides the best and those that improved on all before them; 1 where all are. */
  readonly every: number;
}

/** All trials of a study, given by number, or an even selection of very many. @param best the best of them. */
export function shownTrials(
  trials: readonly FrozenTrial[],
  directions: readonly Direction[],
  best: readonly FrozenTrial[],
): ShownTrials {
  const every = Math.ceil(trials.length / MOST_SHOWN);
  if (every <= 1) return { trials, every: 1 };
  const improving = directions.flatMap((direction, at) => evenly(improvements(trials, direction, at), MOST_MARKED));
  const marked = new Set([...improving, ...evenly(best, MOST_MARKED)]);
  return { trials: trials.filter((trial, at) => at % every === 0 || marked.has(trial)), every };
}

/** The complete trials that met their constraints and improved on all before them in this direction. */
function improvements(trials: readonly FrozenTrial[], direction: Direction, at: number): readonly FrozenTrial[] {
  let best = Number.NaN;
  return trials.filter((trial) => {
    const value = trial.state === 'COMPLETE' ? (trial.values?.[at] ?? Number.NaN) : Number.NaN;
    if (!(compareValues(direction, value, best) < 0 && isFeasible(trial))) return false;
    best = value;
    return true;
  });
}

/** At most `most` of the items, spread evenly, the last one included. */
function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))] as T);
}
