import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { ERROR_KEY } from '../study-keys.ts';
import { boundedFailure, type Failure } from './outcome.ts';

/** Why a trial failed, as it is kept with it; undefined where nothing is. */
export function storedFailure({ systemAttrs }: FrozenTrial): Failure | undefined {
  const stored = systemAttrs[ERROR_KEY];
  if (typeof stored !== 'object' || stored === null) return undefined;
  return boundedFailure(stored as Readonly<Record<string, unknown>>); // anybody may have written it
}
