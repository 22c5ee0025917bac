import { compareStandings, type Standing, type StandingKind } from './standing.ts';

/** Rows of the good trials and of the rest, each in the order of their numbers. */
export interface Split {
  readonly below: readonly number[];
  readonly above: readonly number[];
}

/** How many of `count` finished trials are good: a tenth, rounded up, at most 25. Optuna's γ. */
export function belowCount(count: number): number {
  return Math.min(Math.ceil(0.1 * count), 25);
}

/**
 * Splits trials into the `count` best and the rest (Bergstra et al. 2011): complete trials come first, then pruned, then
 * infeasible ones; running trials are never good, so that parallel trials keep away from them (the constant liar).
 * Among equals the older trial is the better one.
 *
 * @param standings by row; undefined for trials to leave out of both.
 */
export function splitTrials(standings: readonly (Standing | undefined)[], count: number): Split {
  const rows: Record<StandingKind, number[]> = { complete: [], pruned: [], infeasible: [], running: [] };
  for (let row = 0; row < standings.length; row++) {
    const standing = standings[row];
    if (standing !== undefined) rows[standing.kind].push(row);
  }
  const below = new Set<number>();
  for (const group of [rows.complete, rows.pruned, rows.infeasible]) {
    for (const row of best(group, standings, count - below.size)) below.add(row);
  }
  const above: number[] = [];
  for (let row = 0; row < standings.length; row++) {
    if (standings[row] !== undefined && !below.has(row)) above.push(row);
  }
  return { below: [...below].sort((a, b) => a - b), above };
}

/** The best `count` rows of a group, by insertion: the count is small. */
function best(group: readonly number[], standings: readonly (Standing | undefined)[], count: number): number[] {
  if (count >= group.length) return [...group];
  const kept: number[] = [];
  if (count === 0) return kept;
  for (const row of group) {
    const standing = standings[row] as Standing;
    let at = kept.length;
    while (at > 0 && compareStandings(standing, standings[kept[at - 1] as number] as Standing) < 0) at--;
    if (at >= count) continue;
    kept.splice(at, 0, row);
    if (kept.length > count) kept.pop();
  }
  return kept;
}
