import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { ERROR_KEY } from '../study-keys.ts';
import { boundedFailure, type Failure } from './outcome.ts';

/** Why a trial failed, as it is kept with it, or what cannot be read of it; undefined where nothing is to be said. */
export function storedFailure({ systemAttrs, unreadable }: FrozenTrial): Failure | undefined {
  const stored = systemAttrs[ERROR_KEY];
  if (typeof stored !== 'object' || stored === null) {
    return unreadable && { name: 'Unreadable', message: unreadable.join('; ') };
  }
  return boundedFailure(stored as Readonly<Record<string, unknown>>); // anybody may have written it
}
