import { storedText } from './unreadable.ts';

/** How a number that SQL has no literal for is told apart, by Optuna's names. */
export type ValueType = 'FINITE' | 'INF_POS' | 'INF_NEG' | 'NAN';

/** A number as Optuna stores it: NULL in the column itself unless it is finite. */
export type StoredNumber = readonly [value: number | null, type: ValueType];

export function toStoredNumber(value: number): StoredNumber {
  if (Number.isNaN(value)) return [null, 'NAN'];
  if (value === Number.POSITIVE_INFINITY) return [null, 'INF_POS'];
  if (value === Number.NEGATIVE_INFINITY) return [null, 'INF_NEG'];
  return [value, 'FINITE'];
}

/** The inverse of {@link toStoredNumber}. @throws TypeError for what it never gives. */
export function fromStoredNumber(value: number | null, type: string): number {
  switch (type) {
    case 'FINITE':
      if (typeof value === 'number') return value;
      break;
    case 'INF_POS':
      return Number.POSITIVE_INFINITY;
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY;
    case 'NAN':
      return Number.NaN;
  }
  throw new TypeError(`a value is stored as ${storedText(value)} of the type ${storedText(type)}`);
}
