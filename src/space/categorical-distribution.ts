import { bounded, LIMITS } from '../base/bounded-text.ts';
import { HpoError } from '../base/errors.ts';
import { type JsonValue, stringifyPythonJson } from '../base/json.ts';
import { shown } from '../base/option-checks.ts';
import type { Distribution, ParamValue } from './distribution.ts';

/** One of a list of choices without an order among them. */
export class CategoricalDistribution<out T extends ParamValue = ParamValue> implements Distribution<T> {
  readonly kind = 'categorical';
  /** The choices in the order of declaration, frozen. */
  readonly choices: readonly T[];

  /**
   * @param origin `declared` in a study, which refuses two equal choices, or `stored` in a database. Stored choices are
   *   not checked: Optuna takes choices that we do not, such as a number twice (in Python 1 and 1.0 are two entries of
   *   a list and equal), NaN or lists. They are kept by their index, and a value stands for the first choice that it
   *   equals, as in Optuna.
   * @throws HpoError HPO_INVALID_SPACE for an empty list, and for a choice that cannot be declared; it names the first
   *   one.
   */
  constructor(choices: readonly T[], origin: 'declared' | 'stored' = 'declared') {
    checkChoices(choices, origin);
    this.choices = Object.freeze([...choices]);
    Object.freeze(this);
  }

  get isSingle(): boolean {
    return this.choices.length === 1;
  }

  get first(): T {
    return this.choices[0] as T;
  }

  contains(value: unknown): boolean {
    return this.indexOf(value) >= 0;
  }

  /** The index of the first choice that `value` equals, or -1. NaN equals NaN, and a list another with equal items. */
  indexOf(value: unknown): number {
    const index = this.choices.indexOf(value as T);
    return index >= 0 ? index : this.choices.findIndex((choice) => sameChoice(choice, value));
  }

  toInternal(value: ParamValue): number {
    const index = this.indexOf(value);
    if (index >= 0) return index;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${shown(value)} is not a choice of ${this}.`, {
      data: { value },
    });
  }

  fromInternal(internal: number): T {
    const choice = this.choices[internal];
    if (choice !== undefined) return choice;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${this} has no choice number ${internal}.`, { data: { internal } });
  }

  equals(other: Distribution): boolean {
    return isCategorical(other) && this.hasSameChoices(other);
  }

  /** Whether both lists hold the same choices in the same order: a database keeps a choice by its index. */
  hasSameChoices(other: CategoricalDistribution): boolean {
    return (
      other.choices.length === this.choices.length &&
      this.choices.every((choice, at) => sameChoice(choice, other.choices[at]))
    );
  }

  /** The choices for people: `["adam",1]`. */
  get choicesText(): string {
    return `[${this.choices.map((choice) => stringifyPythonJson(choice)).join(',')}]`;
  }

  toString(): string {
    return `categorical(${this.choicesText})`;
  }
}

function checkChoices(choices: readonly ParamValue[], origin: 'declared' | 'stored'): void {
  const fail = (problem: string): never => {
    const list = Array.isArray(choices) ? `[${choices.map(shown).join(',')}]` : shown(choices);
    throw new HpoError('HPO_INVALID_SPACE', `categorical(${bounded(list, LIMITS.name)}): ${problem}`, {
      data: { choices },
    });
  };
  if (!Array.isArray(choices) || choices.length === 0) fail('give an array of at least one choice.');
  if (origin === 'stored') return;
  for (const [index, choice] of choices.entries()) {
    const allowed = choice === null || ['string', 'number', 'boolean'].includes(typeof choice);
    if (!allowed) fail(`choice ${index} is ${typeof choice}; choices are strings, numbers, booleans or null.`);
    if (typeof choice === 'number' && !Number.isFinite(choice)) fail(`choice ${index} is ${choice}.`);
    if (choices.indexOf(choice) !== index) fail(`${shown(choice)} stands there twice.`);
  }
}

function sameChoice(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return stringifyPythonJson(a as JsonValue) === stringifyPythonJson(b as JsonValue);
}

/**
 * Whether a distribution is of choices. It goes by the kind and not by the class, since there may be two copies of this
 * module.
 */
export function isCategorical(distribution: Distribution): distribution is CategoricalDistribution {
  return distribution.kind === 'categorical';
}

/**
 * A parameter that takes one of `choices`: strings, numbers, booleans or null, each once. The type of its values is
 * the union of the choices.
 *
 * @throws HpoError HPO_INVALID_SPACE for an empty list, a choice of another type, or the same choice twice.
 * @example categorical([32, 64, 128]) // its values are 32 | 64 | 128
 */
export function categorical<const C extends readonly ParamValue[]>(choices: C): CategoricalDistribution<C[number]> {
  return new CategoricalDistribution<C[number]>(choices);
}
