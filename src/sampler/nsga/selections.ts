import type { Rng } from '../../base/rng.ts';
import { byCrowding } from './crowding.ts';
import type { Selection } from './generations.ts';
import { frontsOf, type Individual } from './individuals.ts';
import { dasDennisPoints, fillNiches, nichesOf, normalized } from './niching.ts';

/** Chooses from a front the members that a population still lacks. */
type Fill = (kept: readonly Individual[], front: readonly Individual[], count: number) => readonly Individual[];

/** Whole fronts while they fit, and a part of the first one that does not. */
function elite(population: readonly Individual[], size: number, fill: Fill): readonly Individual[] {
  const kept: Individual[] = [];
  for (const front of frontsOf(population)) {
    if (kept.length + front.length >= size) return [...kept, ...fill(kept, front, size - kept.length)];
    kept.push(...front);
  }
  return kept;
}

/** NSGA-II's choice of `size` parents: of the last front the least crowded members. */
export function leastCrowded(population: readonly Individual[], size: number): readonly Individual[] {
  return elite(population, size, (_, front, count) => {
    const order = byCrowding(front.map(({ losses }) => losses));
    return order.slice(0, count).map(({ index }) => front[index] as Individual);
  });
}

/** NSGA-III's choice of `size` parents: of the last front members of niches that have few. */
export function spreadOverNiches(
  population: readonly Individual[],
  size: number,
  references: readonly (readonly number[])[],
  shuffle: (list: unknown[]) => void,
): readonly Individual[] {
  return elite(population, size, (kept, front, count) => {
    const niches = nichesOf(normalized([...kept, ...front].map(({ losses }) => losses)), references);
    const chosen = fillNiches(niches.slice(0, kept.length), niches.slice(kept.length), count, shuffle);
    return chosen.map((index) => front[index] as Individual);
  });
}

/** The values that NSGA-III's choice depends on. */
export interface NicheOptions {
  readonly size: number;
  readonly objectives: number;
  readonly referencePoints: readonly (readonly number[])[] | undefined;
  readonly dividingParameter: number;
  /** The stream of a purpose that all trials of the study share. */
  readonly studyRng: (purpose: string) => Rng;
}

/** NSGA-III's choice for any generation; each has a stream of random numbers of its own. */
export function nicheSelection(options: NicheOptions): Selection {
  const { size, objectives, referencePoints, dividingParameter, studyRng } = options;
  const references = referencePoints ?? dasDennisPoints(objectives, dividingParameter);
  return (population, generation) => {
    const rng = studyRng(`sampler:generation ${generation}`);
    return spreadOverNiches(population, size, references, (list) => {
      const order = rng.permutation(list.length);
      const former = [...list];
      for (const [place, from] of order.entries()) list[place] = former[from];
    });
  };
}
