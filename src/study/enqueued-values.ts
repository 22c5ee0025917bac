import { isObject } from '../base/is-object.ts';
import type { JsonValue } from '../base/json.ts';
import { didYouMean } from '../base/nearest-name.ts';
import { shown } from '../base/option-checks.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { fixedParams } from './enqueued-params.ts';
import { UNUSED_KEY } from './study-keys.ts';

/** A value that a trial was enqueued with and does not have. */
export interface UnusedValue {
  /** The number of the trial. */
  readonly trial: number;
  /** The name of the parameter, as it was enqueued. */
  readonly param: string;
  /** The value, as it was enqueued. */
  readonly value: JsonValue;
  /** The reason why the value was not taken: `is no value of float(0, 10)`. */
  readonly why: string;
  /** The value that was drawn in its place; undefined where the trial has no such parameter. */
  readonly drawn?: ParamValue;
}

/** One value in the attribute `hpo:unused` of its trial, which has an entry for each parameter. */
type Mark = { readonly value: JsonValue; readonly why: string; readonly drawn?: ParamValue };

/**
 * The values that a trial was enqueued with, by us or by Optuna's `enqueue_trial`. Those that its parameters could not
 * take are marked in the trial's attribute `hpo:unused`, and reported once.
 */
export class EnqueuedValues {
  readonly #trial: number;
  readonly #fixed: ReadonlyMap<string, JsonValue>;
  readonly #marks: Map<string, Mark>;
  /** The parameters whose marks are yet to be reported. */
  readonly #fresh = new Set<string>();
  readonly #taken: Set<string>;
  #isChanged = false;

  constructor(trial: FrozenTrial) {
    this.#trial = trial.number;
    this.#fixed = new Map(Object.entries(fixedParams(trial)));
    const stored = trial.systemAttrs[UNUSED_KEY];
    const isMarked = isObject(stored);
    this.#marks = new Map(isMarked ? (Object.entries(stored) as [string, Mark][]) : []);
    this.#taken = new Set(Object.keys(trial.params));
  }

  /** Notes a parameter and the value that was chosen for it. */
  choose(name: string, distribution: Distribution, chosen: ParamValue): void {
    const value = this.#fixed.get(name);
    this.#taken.add(name);
    if (value === undefined) return;
    if (!distribution.contains(value))
      this.#mark(name, { value, why: `is no value of ${distribution}`, drawn: chosen });
    else if (this.#marks.delete(name)) this.#isChanged = true; // its objective did ask for it
  }

  /**
   * Marks the values that the declared space has not asked for. Without a declared space nothing is marked, since the
   * objective may still ask for anything.
   */
  opened(space: DistributionMap): void {
    if (space.size === 0) return;
    for (const [name, value] of this.#fixed) {
      if (this.#taken.has(name)) continue;
      const isDeclared = space.has(name);
      const meant = didYouMean(name, space.keys()).replace(/\?$/, '');
      const why = isDeclared ? 'is of a branch that was not taken' : `is no parameter of the space${meant}`;
      this.#mark(name, { value, why });
    }
  }

  /** Marks the values that the objective has not asked for, after its end. */
  ended(): void {
    for (const [name, value] of this.#fixed) {
      if (this.#taken.has(name)) continue;
      this.#mark(name, { value, why: `was not asked for${didYouMean(name, this.#taken).replace(/\?$/, '')}` });
    }
  }

  /** The attribute to store, where the marks have changed since the last call; otherwise none. */
  attrs(): Attributes {
    if (!this.#isChanged) return {};
    this.#isChanged = false;
    return { [UNUSED_KEY]: Object.fromEntries(this.#marks) };
  }

  /** The values that were marked since the last call. */
  takeFresh(): readonly UnusedValue[] {
    const fresh = [...this.#fresh].map((param) => ({ trial: this.#trial, param, ...(this.#marks.get(param) as Mark) }));
    this.#fresh.clear();
    return fresh;
  }

  #mark(name: string, mark: Mark): void {
    if (this.#marks.has(name)) return;
    this.#marks.set(name, mark);
    this.#fresh.add(name);
    this.#isChanged = true;
  }
}

/** The line about a value that was not taken. */
export function unusedMessage({ trial, param, value, why, drawn }: UnusedValue): string {
  const instead = drawn === undefined ? '' : `; ${shown(drawn)} was chosen in its place`;
  return `trial ${trial} was enqueued with \`${param}\` = ${shown(value)}, which ${why}${instead}`;
}
