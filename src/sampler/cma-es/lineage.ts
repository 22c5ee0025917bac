import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { Optimizer, Tried } from './optimizer.ts';

/** A trial's place in a search, as it is stored. */
export type StoredPlace = {
  /** The search space. */
  readonly of: string;
  /** 0 for the search begun first, one more with each restart. */
  readonly run: number;
  readonly generation: number;
  /** The numbers as they were drawn, where values with steps are tried beside them. */
  readonly drawn?: readonly number[];
};

/** A search in progress. */
export interface Run {
  readonly run: number;
  readonly optimizer: Optimizer;
  /** Whether its generations are small ones (BIPOP, Hansen 2009). */
  readonly isSmall: boolean;
  /** The number of restarts with larger generations so far. */
  readonly growths: number;
  /** The trials told so far in runs of large and of small generations. */
  readonly toldLarge: number;
  readonly toldSmall: number;
}

/** The outcome of a trial of a generation. */
export type Told = { readonly trial: FrozenTrial; readonly place: StoredPlace; readonly loss: number };

/** The parts that turn trials into generations. */
export interface LineageRules {
  /** The first run. */
  first(): Run;
  /** The run to go on with after a generation was told: the same, or a restart. */
  next(run: Run): Run;
  /** A trial as the optimizer learns it; undefined where it cannot. */
  triedOf(told: Told): Tried | undefined;
}

/**
 * The generations of one search space: the trials that told, by their place, and the searches that follow from them. A
 * generation is learnt once enough of its trials have ended, those with the smallest numbers; a trial that ends after that
 * and has a smaller number than one of them takes its place, and what follows is made anew. So the search follows from
 * the trials alone, whatever the order in which they came.
 */
export class Lineage {
  /** By run and generation, in the order of the trials' numbers. */
  readonly #told = new Map<string, Told[]>();
  /** The searches before each generation, up to the present one. */
  readonly #runs: Run[] = [];

  take(told: Told): void {
    const key = keyOf(told.place);
    const own = this.#told.get(key) ?? [];
    this.#told.set(key, own);
    own.splice(own.findLastIndex(({ trial }) => trial.number < told.trial.number) + 1, 0, told);
    const at = this.#runs.findIndex((run) => keyOf(placeIn(run)) === key);
    if (at >= 0) this.#runs.length = at + 1;
  }

  /** The present search. */
  current(rules: LineageRules): Run {
    if (this.#runs.length === 0) this.#runs.push(rules.first());
    for (;;) {
      const run = this.#runs.at(-1) as Run;
      const { populationSize } = run.optimizer;
      const members = this.#told.get(keyOf(placeIn(run))) ?? [];
      const tried = members.length < populationSize ? [] : members.flatMap((told) => rules.triedOf(told) ?? []);
      if (tried.length < populationSize) return run;
      const optimizer = run.optimizer.tell(tried.slice(0, populationSize));
      const [toldLarge, toldSmall] = run.isSmall
        ? [run.toldLarge, run.toldSmall + populationSize]
        : [run.toldLarge + populationSize, run.toldSmall];
      this.#runs.push(rules.next({ ...run, optimizer, toldLarge, toldSmall }));
    }
  }
}

function placeIn({ run, optimizer }: Run): Pick<StoredPlace, 'run' | 'generation'> {
  return { run, generation: optimizer.generation };
}

function keyOf({ run, generation }: Pick<StoredPlace, 'run' | 'generation'>): string {
  return `${run}/${generation}`;
}
