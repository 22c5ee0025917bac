import { ownValue } from '../base/own-value.ts';
import type { Distribution } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import { type FrozenTrial, hasResult } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';

/**
 * The parameters that all trials added so far have, from equal distributions: those that can be sampled together. The
 * order in which trials are added does not matter, nor does adding one twice. The summary of {@link intersectionSpace}.
 */
export class IntersectionSpace {
  #common: Map<string, Distribution> | undefined;
  /** Those of the last trial: successive ones mostly share the object. */
  #last: FrozenTrial['distributions'] | undefined;
  /** Kept until a parameter is dropped. */
  #distributions: DistributionMap | undefined;

  add({ distributions }: FrozenTrial): void {
    if (distributions === this.#last) return;
    this.#last = distributions;
    if (this.#common === undefined) {
      this.#common = new Map(Object.entries(distributions));
      this.#distributions = undefined;
      return;
    }
    for (const [name, distribution] of this.#common) {
      const own = ownValue(distributions, name);
      if (own === distribution) continue;
      if (own?.equals(distribution)) continue;
      this.#common.delete(name);
      this.#distributions = undefined;
    }
  }

  /**
   * The parameters sorted by name, those with a single value left out; empty before the first trial. Always the same
   * map until a parameter is dropped.
   */
  get distributions(): DistributionMap {
    this.#distributions ??= this.#sorted();
    return this.#distributions;
  }

  #sorted(): DistributionMap {
    const entries = [...(this.#common ?? [])].filter(([, distribution]) => !distribution.isSingle);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Reads the parameters that all of a history's COMPLETE and PRUNED trials share. */
export const intersectionSpace: HistoryReader<IntersectionSpace> = {
  start: () => new IntersectionSpace(),
  take(space, trial) {
    if (hasResult(trial)) space.add(trial);
  },
};
