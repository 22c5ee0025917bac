import type { HistoryReader } from '../../history/history.ts';
import type { Direction } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { type Individual, individualOf } from './individuals.ts';

/** Chooses the parents of a generation among the former generation and its parents. */
export type Selection = (population: readonly Individual[], generation: number) => readonly Individual[];

/**
 * The generations of a study: the COMPLETE trials by the generation that is stored with them, and the parents that
 * follow from them. The summary of an `nsga2()` or `nsga3()` sampler.
 */
export class Generations {
  readonly #key: string;
  readonly #directions: readonly Direction[];
  /** By generation, in the order of the trials' numbers. */
  readonly #members: Individual[][] = [];
  /** The parents of each generation, as far as they are known; of generation 0 none. */
  readonly #parents: (readonly Individual[])[] = [[]];

  /** @param key the system attribute that a trial's generation stands in. */
  constructor(key: string, directions: readonly Direction[]) {
    this.#key = key;
    this.#directions = directions;
  }

  take(trial: FrozenTrial): void {
    const generation = trial.systemAttrs[this.#key];
    if (trial.state !== 'COMPLETE' || !Number.isSafeInteger(generation) || (generation as number) < 0) return;
    const own = generation as number;
    while (this.#members.length <= own) this.#members.push([]);
    const members = this.#members[own] as Individual[];
    const place = members.findLastIndex((other) => other.trial.number < trial.number) + 1;
    members.splice(place, 0, individualOf(trial, this.#directions));
    if (this.#parents.length > own + 1) this.#parents.length = own + 1;
  }

  /**
   * The generation of the next trial: the newest, or another one where that has enough COMPLETE trials. Trials that run
   * do not count, so that a generation may have more, but never fewer.
   */
  next(populationSize: number): number {
    const newest = Math.max(this.#members.length - 1, 0);
    return (this.#members[newest]?.length ?? 0) < populationSize ? newest : newest + 1;
  }

  /**
   * The parents of a generation: those chosen among the trials of the former one and their parents. Trials of the former
   * generation that end later take part from then on.
   */
  parentsOf(generation: number, select: Selection): readonly Individual[] {
    for (let own = this.#parents.length; own <= generation; own++) {
      const population = [...(this.#members[own - 1] ?? []), ...(this.#parents[own - 1] as readonly Individual[])];
      this.#parents.push(select(population, own));
    }
    return this.#parents[generation] as readonly Individual[];
  }
}

/** The reader of {@link Generations}. Each sampler has one of its own, since parents depend on its settings. */
export function generationsReader(key: string): HistoryReader<Generations> {
  return {
    start: ({ directions }) => new Generations(key, directions),
    take: (generations, trial) => generations.take(trial),
  };
}
