import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';
import { placeBehind } from './place-behind.ts';

const PREFIX = 'completed_rung_';

/** The system attribute, Optuna's, with the value that a trial had when it reached a rung of successive halving. */
export function rungKey(rung: number): string {
  return `${PREFIX}${rung}`;
}

/** The values with which trials reached each rung of successive halving. The summary of {@link rungValues}. */
export class RungValues {
  readonly #ascending = new Map<string, number[]>();
  /** The values of the unfinished trials, by number: those of a trial that is run again are dropped. */
  readonly #unfinished = new Map<number, readonly (readonly [key: string, value: number])[]>();

  /** Takes a trial as it is now, in place of what was taken of it before. */
  take(trial: FrozenTrial): void {
    for (const [key, value] of this.#unfinished.get(trial.number) ?? []) {
      const values = this.#ascending.get(key) as number[];
      values.splice(placeBehind(value, values) - 1, 1);
    }
    this.#unfinished.delete(trial.number);
    const own: (readonly [string, number])[] = [];
    for (const [key, value] of Object.entries(trial.systemAttrs)) {
      if (!key.startsWith(PREFIX) || typeof value !== 'number' || Number.isNaN(value)) continue;
      const values = this.#ascending.get(key);
      if (values === undefined) this.#ascending.set(key, [value]);
      else values.splice(placeBehind(value, values), 0, value);
      own.push([key, value]);
    }
    if (!isFinished(trial.state) && own.length > 0) this.#unfinished.set(trial.number, own);
  }

  /** The values at a rung in ascending order, whatever the state of their trials. */
  at(rung: number): readonly number[] {
    return this.#ascending.get(rungKey(rung)) ?? [];
  }
}

/** Reads the rungs that a history's trials have reached. */
export const rungValues: HistoryReader<RungValues> = {
  start: () => new RungValues(),
  take: (values, trial) => values.take(trial),
};
