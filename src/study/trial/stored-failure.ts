import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { ERROR_KEY } from '../study-keys.ts';
import { boundedFailure, type Failure } from './outcome.ts';

/**
 * The failure that is kept with a trial, or else one that names the parts of it that cannot be read; undefined where
 * there is none.
 */
export function storedFailure({ systemAttrs, unreadable }: FrozenTrial): Failure | undefined {
  const stored = systemAttrs[ERROR_KEY];
  if (typeof stored !== 'object' || stored === null) {
    return unreadable && { name: 'Unreadable', message: unreadable.join('; ') };
  }
  return boundedFailure(stored as Readonly<Record<string, unknown>>); // any program may have written it
}
