import { HpoError } from '../base/errors.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History } from '../history/history.ts';
import { importance } from '../importance/importance.ts';
import { percentileOf } from '../math/percentile.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { bestOf, bestValuesSoFar } from '../trial/best-trial.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';

/** The importance of each parameter, the most important first, computed from {@link from} complete trials. */
export interface Importances {
  readonly shares: ReadonlyMap<string, number>;
  readonly from: number;
}

/** The growth of the number of complete trials after which importances are computed anew. */
const STALE_AFTER = 1.05;

/** The number of newest trials that the usual time comes from; earlier ones may have run on another machine. */
const TIMED_TRIALS = 100;

/** The usual time of a study's newest trials, in milliseconds: the first and the third quartile. */
export interface UsualTime {
  readonly low: number;
  readonly high: number;
}

/** The figures that the screens show of a study's trials, computed anew after each change. */
export class StudyModel {
  readonly record: StudyRecord;
  /** The trials by number. */
  readonly trials: readonly FrozenTrial[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly running: readonly FrozenTrial[];
  /** The best trial of a study with one direction; undefined while there is none. */
  readonly best: FrozenTrial | undefined;
  readonly #history: History;
  #importances: Importances | undefined;

  /** @param former the model of the same study before the change. */
  constructor(record: StudyRecord, history: History, former?: StudyModel) {
    const { trials } = history;
    const counts = { COMPLETE: 0, RUNNING: 0, PRUNED: 0, FAIL: 0, WAITING: 0 };
    const running: FrozenTrial[] = [];
    for (const trial of trials) {
      counts[trial.state]++;
      if (trial.state === 'RUNNING') running.push(trial);
    }
    this.record = record;
    this.trials = trials;
    this.counts = counts;
    this.running = running;
    this.best = record.directions.length === 1 ? bestOf(trials, record.directions) : undefined;
    this.#history = history;
    if (former) this.#importances = former.#importances;
  }

  get finished(): number {
    return this.counts.COMPLETE + this.counts.PRUNED + this.counts.FAIL;
  }

  /** The trials that no other surpasses; with one direction those that share the best value. */
  get front(): readonly FrozenTrial[] {
    return paretoFront(this.trials, this.record.directions);
  }

  /** The best value so far after each trial, by number; NaN before the first complete one. Only for one direction. */
  get bestSoFar(): readonly number[] {
    return bestValuesSoFar(this.trials, this.record.directions[0] ?? 'minimize');
  }

  /** The median of the values that complete trials reported at a step; undefined where none did. */
  medianAt(step: number): number | undefined {
    const median = percentileOf(this.#history.summary(completedReports).at(step), 50);
    return Number.isNaN(median) ? undefined : median;
  }

  /** The number of reports of a trial that is not pruned, by the newest complete one; undefined where it has none. */
  get usualReports(): number | undefined {
    return this.trials.findLast(({ state }) => state === 'COMPLETE')?.intermediateValues.size || undefined;
  }

  /** The importances; undefined with fewer than two complete trials, or where they cannot be computed. */
  get importances(): Importances | undefined {
    const from = this.counts.COMPLETE;
    if (from < 2) return undefined;
    if (this.#importances !== undefined && from < STALE_AFTER * this.#importances.from) return this.#importances;
    try {
      const shares = importance({ directions: this.record.directions, trials: this.trials });
      this.#importances = { shares, from };
    } catch (error) {
      if (!HpoError.is(error)) throw error;
      return undefined; // fewer than two of them have finite values
    }
    return this.#importances;
  }

  /** The usual time of a trial: from the first to the third quartile of the newest complete and pruned ones. */
  get usualTime(): UsualTime | undefined {
    const times: number[] = [];
    for (let number = this.trials.length - 1; number >= 0 && times.length < TIMED_TRIALS; number--) {
      const trial = this.trials[number] as FrozenTrial;
      const ms = trial.state === 'COMPLETE' || trial.state === 'PRUNED' ? durationOf(trial) : undefined;
      if (ms !== undefined) times.push(ms);
    }
    if (times.length === 0) return undefined;
    times.sort((a, b) => a - b);
    return { low: percentileOf(times, 25), high: percentileOf(times, 75) };
  }
}

/** The time that a trial took, or has taken so far, in milliseconds. */
export function durationOf({ startedAt, completedAt }: FrozenTrial, now = Date.now()): number | undefined {
  return startedAt === null ? undefined : Math.max(0, (completedAt?.getTime() ?? now) - startedAt.getTime());
}
