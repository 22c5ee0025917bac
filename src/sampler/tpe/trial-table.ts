import type { JsonValue } from '../../base/json.ts';
import { ownValue } from '../../base/own-value.ts';
import { GroupedSpaces } from '../../history/grouped-spaces.ts';
import { IntersectionSpace } from '../../history/intersection-space.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import type { Direction } from '../../trial/direction.ts';
import { type FrozenTrial, settledCount } from '../../trial/frozen-trial.ts';
import type { Observations } from './kernels.ts';
import { type ObjectiveRules, objectiveRules } from './objective-rules.ts';
import { ParamColumn } from './param-column.ts';
import { rankKeyOf } from './rank-key.ts';
import { Ranking, type Split } from './ranking.ts';

/**
 * A study's trials as TPE looks at them, one row each, brought up to date by reading only those that were not
 * finished before and have changed since. Nothing in it that could not be had from the trials anew.
 */
export class TrialTable {
  readonly #directions: readonly Direction[];
  /** What the number of objectives decides. */
  readonly rules: ObjectiveRules;
  #trials: FrozenTrial[] = [];
  #ranking: Ranking;
  #columns = new Map<string, ParamColumn>();
  #shared = new IntersectionSpace();
  #grouped = new GroupedSpaces();
  #finishedCount = 0;
  /** So many trials from the first on need not be looked at again. */
  #settled = 0;

  constructor(directions: readonly Direction[]) {
    this.#directions = [...directions];
    this.rules = objectiveRules(directions.length);
    this.#ranking = new Ranking(this.rules);
  }

  /** Whether the table is right for a study with these directions. */
  serves(directions: readonly Direction[]): boolean {
    return directions.length === this.#directions.length && directions.every((own, at) => own === this.#directions[at]);
  }

  update(trials: readonly FrozenTrial[]): void {
    if (!this.#continues(trials)) this.#reset();
    for (let row = this.#settled; row < trials.length; row++) {
      const trial = trials[row] as FrozenTrial;
      const known = this.#trials[row];
      if (known !== trial && !(known && isObserved(known))) this.#read(row, trial);
    }
    this.#settled = settledCount(trials, this.#settled);
  }

  /** How many trials are COMPLETE or PRUNED. */
  get finishedCount(): number {
    return this.#finishedCount;
  }

  /** The parameters that all COMPLETE and PRUNED trials share; without any that has more than one value, none. */
  get sharedSpaces(): readonly DistributionMap[] {
    const space = this.#shared.distributions;
    return space.size === 0 ? [] : [space];
  }

  /** The parameters of COMPLETE and PRUNED trials in groups of those that always occur together. */
  get groupedSpaces(): readonly DistributionMap[] {
    return this.#grouped.spaces;
  }

  /**
   * The good trials and the rest.
   * @param leaveOut the running trials to leave out of both.
   */
  split(leaveOut: (trial: FrozenTrial) => boolean): Split {
    return this.#ranking.split((row) => leaveOut(this.#trials[row] as FrozenTrial));
  }

  /** What those of `rows` took that have all parameters of `space`, for each of the parameters. */
  observations(space: DistributionMap, rows: Uint32Array): readonly Observations[] {
    const columns = [...space].map(([name, distribution]) => this.#column(name, distribution));
    let complete = rows.slice();
    for (const column of columns) complete = complete.subarray(0, column.keepPresent(complete));
    const indexOfRow = new Int32Array(this.#trials.length).fill(-1);
    for (let index = 0; index < complete.length; index++) indexOfRow[complete[index] as number] = index;
    return columns.map((column) => column.observations(complete, indexOfRow));
  }

  /** Whether `trials` are those read before, what has become of them, and new ones. */
  #continues(trials: readonly FrozenTrial[]): boolean {
    if (trials.length < this.#trials.length) return false;
    for (let row = Math.max(0, this.#settled - 1); row < this.#trials.length; row++) {
      if (this.#trials[row]?.id !== trials[row]?.id) return false;
    }
    return true;
  }

  #reset(): void {
    this.#trials = [];
    this.#ranking = new Ranking(this.rules);
    this.#columns = new Map();
    this.#shared = new IntersectionSpace();
    this.#grouped = new GroupedSpaces();
    this.#finishedCount = 0;
    this.#settled = 0;
  }

  #read(row: number, trial: FrozenTrial): void {
    this.#trials[row] = trial;
    this.#ranking.set(row, rankKeyOf(trial, this.#directions));
    if (isObserved(trial)) {
      this.#finishedCount++;
      this.#shared.add(trial);
      this.#grouped.add(trial);
    }
    if (this.#columns.size === 0) return;
    const params = paramsOf(trial);
    for (const [name, column] of this.#columns) column.set(row, ownValue(params, name));
  }

  #column(name: string, distribution: Distribution): ParamColumn {
    const known = this.#columns.get(name);
    if (known?.serves(distribution)) return known;
    const column = new ParamColumn(distribution);
    for (const [row, trial] of this.#trials.entries()) column.set(row, ownValue(paramsOf(trial), name));
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
