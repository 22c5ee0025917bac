import { storedText } from './unreadable.ts';

/** The kind of a number, by Optuna's names: SQL has no literals for the infinities and NaN. */
export type ValueType = 'FINITE' | 'INF_POS' | 'INF_NEG' | 'NAN';

/** A number as Optuna stores it: NULL in the column itself unless it is finite. */
export type StoredNumber = readonly [value: number | null, type: ValueType];

export function toStoredNumber(value: number): StoredNumber {
  if (Number.isNaN(value)) return [null, 'NAN'];
  if (value === Number.POSITIVE_INFINITY) return [null, 'INF_POS'];
  if (value === Number.NEGATIVE_INFINITY) return [null, 'INF_NEG'];
  return [value, 'FINITE'];
}

/** The inverse of {@link toStoredNumber}. @throws TypeError for a pair that it never returns. */
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
