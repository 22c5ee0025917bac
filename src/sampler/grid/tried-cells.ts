import { isObject } from '../../base/is-object.ts';
import type { JsonValue } from '../../base/json.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';

/** The system attribute of a trial that says which cell of which grid it tries. */
export const GRID_ATTR = 'hpo:grid';

/** The system attribute of a trial that was enqueued: it has the values that it was given, and no cell. */
const ENQUEUED_ATTR = 'fixed_params';

/** The system attribute of a trial that continues another one, in whose cell it is. */
const CONTINUES_ATTR = 'hpo:continues';

/** A trial's place on a grid, as it is stored. */
export type StoredCell = {
  /** The place of the cell in the order in which the cells are tried. */
  readonly place: number;
  /** The number of cells. */
  readonly of: number;
  /** The key of the grid. */
  readonly grid: string;
};

/**
 * The places of the cells that trials have tried or try, each taken once: a trial takes the first place that no trial of
 * a smaller number has. A running trial whose place is not stored yet is taken to do so, too, so that every process
 * comes to the same places without waiting for the others. Failed trials have tried their cells; trials that were
 * enqueued, that continue another one, or that another sampler started, have none.
 */
export class TriedCells {
  readonly #grid: string;
  readonly #count: number;
  readonly #placeByNumber = new Map<number, number>();
  readonly #numberByPlace = new Map<number, number>();
  /** The numbers of trials that run or wait and whose place is not stored. */
  readonly #open = new Set<number>();

  constructor(grid: string, count: number) {
    this.#grid = grid;
    this.#count = count;
  }

  take(trial: FrozenTrial): void {
    const { number, state, systemAttrs } = trial;
    this.#open.delete(number);
    if (ENQUEUED_ATTR in systemAttrs || CONTINUES_ATTR in systemAttrs) return;
    const place = this.#storedPlace(systemAttrs[GRID_ATTR]);
    if (place !== undefined) {
      this.#placeByNumber.set(number, place);
      this.#numberByPlace.set(place, Math.min(number, this.#numberByPlace.get(place) ?? Infinity));
    } else if (!isFinished(state)) this.#open.add(number);
  }

  /** The number of cells that no trial has tried or tries. */
  get left(): number {
    return Math.max(0, this.#count - this.#numberByPlace.size - this.#open.size);
  }

  /** The place of a trial's cell; undefined where all cells were tried, or it has none. */
  placeOf(number: number): number | undefined {
    const stored = this.#placeByNumber.get(number);
    if (stored !== undefined) return stored;
    if (!this.#open.has(number)) return undefined;
    const assumed = new Set<number>();
    for (const open of [...this.#open].filter((other) => other <= number).sort((a, b) => a - b)) {
      let place = 0;
      while (assumed.has(place) || (this.#numberByPlace.get(place) ?? Infinity) < open) place++;
      if (open === number) return place < this.#count ? place : undefined;
      assumed.add(place);
    }
    return undefined;
  }

  #storedPlace(stored: JsonValue | undefined): number | undefined {
    if (!isObject(stored)) return undefined;
    const { place, of, grid } = stored as Partial<StoredCell>;
    const isOwn = grid === this.#grid && of === this.#count;
    return isOwn && Number.isSafeInteger(place) && (place as number) >= 0 ? place : undefined;
  }
}
