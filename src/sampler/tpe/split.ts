import { compareLosses } from '../../trial/domination.ts';
import type { ObjectiveRules } from './objective-rules.ts';
import type { Standing } from './standing.ts';

/** Rows of the good trials and of the rest, each in the order of their numbers. */
export interface Split {
  readonly below: Uint32Array;
  readonly above: Uint32Array;
}

/**
 * The rows of the good among the finished trials (Bergstra et al. 2011), in the order of their numbers: complete ones
 * first, then pruned, then infeasible ones, until there are as many as the rules say. Running trials are never good, so
 * that parallel trials keep away from them (the constant liar). Among equals the older trial is the better one.
 *
 * @param standings by row; undefined for trials that do not count.
 */
export function goodRows(standings: readonly (Standing | undefined)[], rules: ObjectiveRules): Uint32Array {
  const complete: number[] = [];
  const pruned: number[] = [];
  const infeasible: number[] = [];
  const rowsOf = { complete, pruned, infeasible, running: [] as number[] };
  for (let row = 0; row < standings.length; row++) {
    const standing = standings[row];
    if (standing !== undefined) rowsOf[standing.kind].push(row);
  }
  const scores = (row: number) => (standings[row] as Standing).scores;
  const count = rules.belowCount(complete.length + pruned.length + infeasible.length);
  if (complete.length > count) {
    const good = rules.best(complete.map(scores), count).map((index) => complete[index] as number);
    return Uint32Array.from(good).sort();
  }
  for (const rows of [pruned, infeasible]) rows.sort((a, b) => compareLosses(scores(a), scores(b)));
  return Uint32Array.from([...complete, ...pruned, ...infeasible].slice(0, count)).sort();
}
