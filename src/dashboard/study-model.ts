import { HpoError } from '../base/errors.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History } from '../history/history.ts';
import { importance } from '../importance/importance.ts';
import { percentileOf } from '../math/percentile.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { bestOf, bestValuesSoFar } from '../trial/best-trial.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';

/** How much each parameter matters, the most important first, found from {@link from} complete trials. */
export interface Importances {
  readonly shares: ReadonlyMap<string, number>;
  readonly from: number;
}

/** The importances are found anew when there are this much more complete trials. */
const STALE_AFTER = 1.05;

/** The number of newest trials that show how long one takes: those before may have run on another machine. */
const TIMED_TRIALS = 100;

/** How long the newest trials of a study took, in milliseconds: the shortest and longest usual, by quartiles. */
export interface UsualTime {
  readonly low: number;
  readonly high: number;
}

/** The figures that the screens show of a study's trials: all derived from them, anew after each change. */
export class StudyModel {
  readonly record: StudyRecord;
  /** By number. */
  readonly trials: readonly FrozenTrial[];
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly running: readonly FrozenTrial[];
  /** Of a study with one direction, while there is one. */
  readonly best: FrozenTrial | undefined;
  readonly #history: History;
  #importances: Importances | undefined;

  /** @param former the same study a moment ago. */
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

  /** The best value so far after each trial, by number; NaN before the first complete one. Of one direction only. */
  get bestSoFar(): readonly number[] {
    return bestValuesSoFar(this.trials, this.record.directions[0] ?? 'minimize');
  }

  /** The median of what the complete trials reported at a step; undefined where none did. */
  medianAt(step: number): number | undefined {
    const median = percentileOf(this.#history.summary(completedReports).at(step), 50);
    return Number.isNaN(median) ? undefined : median;
  }

  /** How often a trial reports that is not pruned: as often as the newest complete one; undefined where none did. */
  get usualReports(): number | undefined {
    return this.trials.findLast(({ state }) => state === 'COMPLETE')?.intermediateValues.size || undefined;
  }

  /** Undefined with fewer than two complete trials, or parameters of which nothing can be said. */
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

/** How long a trial took, or has taken so far, in milliseconds. */
export function durationOf({ startedAt, completedAt }: FrozenTrial, now = Date.now()): number | undefined {
  return startedAt === null ? undefined : Math.max(0, (completedAt?.getTime() ?? now) - startedAt.getTime());
}
