import type { Distribution } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import { type FrozenTrial, hasResult } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';

/** A parameter's distribution, and the trial that it is taken from. */
interface Source {
  readonly distribution: Distribution;
  readonly number: number;
}

/**
 * The parameters of the trials added so far, in the largest groups of which every trial has all or none: Optuna's
 * decomposition for `group=True`. A parameter's distribution is that of the first trial, by number, that has it. The
 * order in which trials are added does not matter, nor does adding one twice. The summary of {@link groupedSpaces}.
 */
export class GroupedSpaces {
  #groups: ReadonlySet<string>[] = [];
  readonly #sources = new Map<string, Source>();
  /** The sets of names by which the groups are split already; they nearly always include that of the next trial. */
  readonly #seen = new Set<string>();

  add(trial: FrozenTrial): void {
    const names = Object.keys(trial.distributions);
    for (const name of names) {
      if ((this.#sources.get(name)?.number ?? Infinity) <= trial.number) continue;
      this.#sources.set(name, { distribution: trial.distributions[name] as Distribution, number: trial.number });
    }
    const key = JSON.stringify(names);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#splitBy(names);
  }

  /**
   * The groups by their first name, each sorted by name. Parameters with a single value are left out, and so are groups
   * that have no others.
   */
  get spaces(): readonly DistributionMap[] {
    const groups = this.#groups.map((group) => [...group].filter((name) => !this.#distribution(name).isSingle).sort());
    return groups
      .filter((names) => names.length > 0)
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
      .map((names) => new Map(names.map((name) => [name, this.#distribution(name)])));
  }

  #splitBy(names: readonly string[]): void {
    const own = new Set(names);
    const groups: Set<string>[] = [];
    for (const group of this.#groups) {
      const [shared, others] = [new Set<string>(), new Set<string>()];
      for (const name of group) (own.delete(name) ? shared : others).add(name);
      groups.push(shared, others);
    }
    this.#groups = [...groups, own].filter((group) => group.size > 0);
  }

  #distribution(name: string): Distribution {
    return this.#sources.get(name)?.distribution as Distribution;
  }
}

/** Reads the parameters of a history's COMPLETE and PRUNED trials in groups of those that always occur together. */
export const groupedSpaces: HistoryReader<GroupedSpaces> = {
  start: () => new GroupedSpaces(),
  take(spaces, trial) {
    if (hasResult(trial)) spaces.add(trial);
  },
};
