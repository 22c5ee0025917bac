import type { JsonValue } from '../../base/json.ts';
import { ownValue } from '../../base/own-value.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import type { Direction } from '../../trial/direction.ts';
import { type FrozenTrial, hasResult } from '../../trial/frozen-trial.ts';
import type { Observations } from './kernels.ts';
import { type ObjectiveRules, objectiveRules } from './objective-rules.ts';
import { ParamColumn } from './param-column.ts';
import { rankKeyOf } from './rank-key.ts';
import { Ranking, type Split } from './ranking.ts';
import { Scratch } from './scratch.ts';

/** The trials of a history as TPE looks at them, each in the row of its number; some rows may be empty. */
export class TrialTable {
  readonly #directions: readonly Direction[];
  /** The rules that follow from the number of objectives. */
  readonly rules: ObjectiveRules;
  readonly #trials = new Map<number, FrozenTrial>();
  readonly #ranking: Ranking;
  readonly #columns = new Map<string, ParamColumn>();
  #indexOfRow = new Int32Array(64);
  /** The number of rows. */
  #length = 0;
  #finishedCount = 0;

  constructor(directions: readonly Direction[]) {
    this.#directions = directions;
    this.rules = objectiveRules(directions.length);
    this.#ranking = new Ranking(this.rules);
  }

  /** Takes a trial. An unfinished trial is taken again after it has changed. */
  take(trial: FrozenTrial): void {
    const row = trial.number;
    this.#trials.set(row, trial);
    this.#length = Math.max(this.#length, row + 1);
    this.#ranking.set(row, rankKeyOf(trial, this.#directions));
    if (hasResult(trial)) this.#finishedCount++;
    if (this.#columns.size === 0) return;
    const params = paramsOf(trial);
    for (const [name, column] of this.#columns) column.set(row, ownValue(params, name));
  }

  /** The number of trials that are COMPLETE or PRUNED. */
  get finishedCount(): number {
    return this.#finishedCount;
  }

  /**
   * The good trials and the rest.
   * @param leaveOut whether to leave the running trial of a number out of both.
   */
  split(leaveOut: (number: number) => boolean): Split {
    return this.#ranking.split(leaveOut);
  }

  /**
   * For each parameter of `space` its values in those of `rows` that have all of them.
   * @param scratch the memory of the observations.
   */
  observations(space: DistributionMap, rows: Uint32Array, scratch = new Scratch()): readonly Observations[] {
    const columns = [...space].map(([name, distribution]) => this.#column(name, distribution));
    let complete = scratch.integers(rows.length);
    complete.set(rows);
    for (const column of columns) complete = complete.subarray(0, column.keepPresent(complete));
    if (this.#indexOfRow.length < this.#length) this.#indexOfRow = new Int32Array(2 * this.#length);
    const indexOfRow = this.#indexOfRow.fill(-1);
    for (let index = 0; index < complete.length; index++) indexOfRow[complete[index] as number] = index;
    return columns.map((column) => column.observations(complete, indexOfRow, scratch));
  }

  #column(name: string, distribution: Distribution): ParamColumn {
    const known = this.#columns.get(name);
    if (known?.serves(distribution)) return known;
    const column = new ParamColumn(distribution);
    for (const [row, trial] of this.#trials) column.set(row, ownValue(paramsOf(trial), name));
    this.#columns.set(name, column);
    return column;
  }
}

/**
 * A trial's parameters. Those of a running trial include the ones that an Optuna worker has drawn and not yet asked
 * for, which it keeps as a JSON text, cut in pieces, in system attributes.
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
