import { HpoError } from '../errors.ts';
import type { Distribution, ParamValue } from './distribution.ts';

/** One of a list of choices without an order among them. */
export class CategoricalDistribution<out T extends ParamValue = ParamValue> implements Distribution<T> {
  readonly kind = 'categorical';
  readonly choices: readonly T[];

  constructor(choices: readonly T[]) {
    const fail = (problem: string): never => {
      throw new HpoError('HPO_INVALID_SPACE', `categorical(${JSON.stringify(choices)}): ${problem}`, {
        data: { choices },
      });
    };
    if (!Array.isArray(choices) || choices.length === 0) fail('give an array of at least one choice.');
    for (const [index, choice] of choices.entries()) {
      const allowed = choice === null || ['string', 'number', 'boolean'].includes(typeof choice);
      if (!allowed) fail(`choice ${index} is ${typeof choice}; choices are strings, numbers, booleans or null.`);
      if (typeof choice === 'number' && !Number.isFinite(choice)) fail(`choice ${index} is ${choice}.`);
      if (choices.indexOf(choice) !== index) fail(`${JSON.stringify(choice)} stands there twice.`);
    }
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
    return this.choices.includes(value as T);
  }

  toInternal(value: ParamValue): number {
    const index = this.choices.indexOf(value as T);
    if (index >= 0) return index;
    throw new HpoError('HPO_INVALID_ARGUMENT', `${JSON.stringify(value)} is not a choice of ${this}.`, {
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
      other.choices.length === this.choices.length && this.choices.every((choice, at) => choice === other.choices[at])
    );
  }

  toString(): string {
    return `categorical(${JSON.stringify(this.choices)})`;
  }
}

/** Whether a distribution is of choices. By its kind and not its class: there may be two copies of this module. */
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
