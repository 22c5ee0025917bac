import type { JsonValue } from '../../json.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { Direction } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import type { DistributionMap } from '../sampler.ts';
import { IntersectionSpace } from './intersection-space.ts';
import type { Observations } from './kernels.ts';
import { ParamColumn } from './param-column.ts';
import { type Standing, standingOf } from './standing.ts';

/**
 * A study's trials as TPE looks at them, one row each, brought up to date by reading only those that were not
 * finished before and have changed since. Nothing in it that could not be had from the trials anew.
 */
export class TrialTable {
  #direction: Direction | undefined;
  #trials: FrozenTrial[] = [];
  #standings: (Standing | undefined)[] = [];
  #columns = new Map<string, ParamColumn>();
  #space = new IntersectionSpace();
  #finishedCount = 0;

  update(trials: readonly FrozenTrial[], direction: Direction): void {
    if (!this.#continues(trials, direction)) this.#reset(direction);
    for (let row = 0; row < trials.length; row++) {
      const trial = trials[row] as FrozenTrial;
      const known = this.#trials[row];
      if (known !== trial && !(known && isObserved(known))) this.#read(row, trial);
    }
  }

  /** How many trials are COMPLETE or PRUNED. */
  get finishedCount(): number {
    return this.#finishedCount;
  }

  /** The parameters that all COMPLETE and PRUNED trials share. */
  get space(): DistributionMap {
    return this.#space.distributions;
  }

  /** By row; undefined for trials that do not count, and for those that `leaveOut` names. */
  standings(leaveOut: (trial: FrozenTrial) => boolean): (Standing | undefined)[] {
    const standings = this.#standings.slice();
    for (let row = 0; row < standings.length; row++) {
      if (standings[row]?.kind === 'running' && leaveOut(this.#trials[row] as FrozenTrial)) standings[row] = undefined;
    }
    return standings;
  }

  /** What those of `rows` took that have all parameters of `space`, for each of the parameters. */
  observations(space: DistributionMap, rows: readonly number[]): readonly Observations[] {
    const columns = [...space].map(([name, distribution]) => this.#column(name, distribution));
    let complete = new Uint32Array(rows);
    for (const column of columns) complete = complete.subarray(0, column.keepPresent(complete));
    const indexOfRow = new Int32Array(this.#trials.length).fill(-1);
    for (let index = 0; index < complete.length; index++) indexOfRow[complete[index] as number] = index;
    return columns.map((column) => column.observations(complete, indexOfRow));
  }

  /** Whether `trials` are those read before, what has become of them, and new ones. */
  #continues(trials: readonly FrozenTrial[], direction: Direction): boolean {
    if (direction !== this.#direction || trials.length < this.#trials.length) return false;
    return this.#trials.every((known, row) => known.id === trials[row]?.id);
  }

  #reset(direction: Direction): void {
    this.#direction = direction;
    this.#trials = [];
    this.#standings = [];
    this.#columns = new Map();
    this.#space = new IntersectionSpace();
    this.#finishedCount = 0;
  }

  #read(row: number, trial: FrozenTrial): void {
    this.#trials[row] = trial;
    this.#standings[row] = standingOf(trial, this.#direction ?? 'minimize');
    if (isObserved(trial)) {
      this.#finishedCount++;
      this.#space.add(trial);
    }
    if (this.#columns.size === 0) return;
    const params = paramsOf(trial);
    for (const [name, column] of this.#columns) column.set(row, params[name]);
  }

  #column(name: string, distribution: Distribution): ParamColumn {
    const known = this.#columns.get(name);
    if (known?.serves(distribution)) return known;
    const column = new ParamColumn(distribution);
    for (const [row, trial] of this.#trials.entries()) column.set(row, paramsOf(trial)[name]);
    this.#columns.set(name, column);
    return column;
  }
}

/** Whether a trial is finished with a result that TPE goes by. */
function isObserved(trial: FrozenTrial): boolean {
  return trial.state === 'COMPLETE' || trial.state === 'PRUNED';
}

/**
 * A trial's parameters; those of a running trial with the ones that an Optuna worker has drawn and not yet asked for,
 * which it keeps as a JSON text, cut in pieces, in system attributes.
 */
function paramsOf(trial: FrozenTrial): Readonly<Record<string, ParamValue | JsonValue | undefined>> {
  if (trial.state !== 'RUNNING') return trial.params;
  let text = '';
  for (let piece = 0; ; piece++) {
    const attr = trial.systemAttrs[`tpe:relative_params:${piece}`];
    if (typeof attr !== 'string' || attr === '') break;
    text += attr;
  }
  if (text === '') return trial.params;
  try {
    return { ...(JSON.parse(text) as Record<string, JsonValue>), ...trial.params };
  } catch {
    return trial.params; // another process is still writing the pieces
  }
}
