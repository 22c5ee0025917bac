import { isObject } from '../base/is-object.ts';
import type { Attributes } from '../trial/frozen-trial.ts';
import type { Settings } from './definition/definition.ts';
import { SETTINGS_KEY } from './study-keys.ts';

/**
 * The settings that are stored with a study, or with a trial that has others than its study, as one that continues
 * another may have; undefined for other trials.
 */
export function ownSettings({ systemAttrs }: { readonly systemAttrs: Attributes }): Settings | undefined {
  const stored = systemAttrs[SETTINGS_KEY];
  if (!isObject(stored)) return undefined;
  const known = Object.entries(stored).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(known) as Settings;
}
