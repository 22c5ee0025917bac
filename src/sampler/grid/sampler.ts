import type { JsonValue } from '../../base/json.ts';
import type { History, HistoryReader, StudyShape } from '../../history/history.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler.ts';
import { checkSearchGrid, type SearchGrid, StudyGrid } from './search-grid.ts';
import { GRID_ATTR, type StoredCell, TriedCells } from './tried-cells.ts';

/** A history as one grid sampler sums it up. */
interface GridSummary {
  readonly grid: StudyGrid;
  readonly tried: TriedCells;
}

/** Tries every cell of a grid once. Made by {@link grid}. */
export class GridSampler implements Sampler {
  readonly name = 'grid';
  readonly ignoresRunningReports = true;
  readonly seesAllTrials = true;
  readonly #given: SearchGrid;
  readonly #reader: HistoryReader<GridSummary> = {
    start: (study) => {
      const grid = new StudyGrid(study, this.#given);
      return { grid, tried: new TriedCells(grid.key, grid.cells.count) };
    },
    take: ({ tried }, trial) => tried.take(trial),
  };

  constructor(searchGrid: SearchGrid = {}) {
    checkSearchGrid(searchGrid);
    this.#given = Object.fromEntries(Object.entries(searchGrid).map(([name, values]) => [name, [...values]]));
  }

  get options(): JsonValue {
    return { values: this.#given };
  }

  checkStudy(study: StudyShape): void {
    new StudyGrid(study, this.#given);
  }

  remaining(history: History): number {
    return history.summary(this.#reader).tried.left;
  }

  start(history: History, trial: StartingTrial): Draw {
    const { grid, tried } = history.summary(this.#reader);
    const place = tried.placeOf(trial.number);
    if (place === undefined) return { params: new Map() };
    const stored: StoredCell = { place, of: grid.cells.count, grid: grid.key };
    return { params: grid.cells.cell(cellAt(place, grid.cells.count, trial)), attrs: { [GRID_ATTR]: stored } };
  }

  /** Draws one of the grid's values evenly: for trials that were enqueued, and others without a cell. */
  sample(history: History, trial: StartingTrial, name: string, distribution: Distribution): ParamValue {
    const values = history.summary(this.#reader).grid.valuesIn(name, distribution);
    return values[trial.rng(`sampler:${name}`).integer(values.length)] as ParamValue;
  }
}

/** The golden ratio's fraction, of which multiples are spread most evenly. */
const SPREAD = (Math.sqrt(5) - 1) / 2;

/**
 * The cell at a place of the order in which the cells are tried. Neighbours in the order are far from each other in the
 * grid, so that a search that ends early has seen all of it; the study's seed says where it begins.
 */
function cellAt(place: number, count: number, trial: StartingTrial): number {
  let stride = Math.max(1, Math.round(SPREAD * count));
  while (greatestCommonDivisor(stride, count) !== 1) stride++;
  return (trial.studyRng('sampler').integer(count) + place * stride) % count;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Tries every cell of a grid once and then ends the study, before its number of trials where that is greater. However
 * many processes share the study, no cell is tried twice. Failed trials have tried their cells, as in Optuna; trials
 * that were enqueued or continue another one, and those of other samplers, count for none.
 *
 * The order of the cells spreads each few successive ones over the whole grid; it follows from the study's seed.
 *
 * @param searchGrid the values to try, by the names that parameters are stored under (`'optimizer.adam.beta1'` for one
 *   of a variant's branch). Default: all values of declared parameters, which must be finitely many; a study without
 *   declared parameters needs them. The parameters of a variant's branch are combined with that branch alone.
 * @throws HpoError HPO_INVALID_STUDY for values that are wrong; when a study is declared or opened, for a parameter that
 *   is continuous or not declared, and for more than 2^26 cells.
 * @example defineStudy({ sampler: grid({ learningRate: [1e-4, 1e-3, 1e-2] }), … })
 */
export function grid(searchGrid: SearchGrid = {}): Sampler {
  return new GridSampler(searchGrid);
}
