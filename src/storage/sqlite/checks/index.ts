import type { Check } from './check.ts';
import { foreignSchema } from './foreign-schema.ts';
import { jsonTexts } from './json-texts.ts';
import { orphanedRows } from './orphaned-rows.ts';
import { storedValues } from './stored-values.ts';
import { studies } from './studies.ts';
import { trialNumbers } from './trial-numbers.ts';
import { trialStates } from './trial-states.ts';

/**
 * The checks of the rows, in the order in which they are mended: lost trials get their places, and with them their
 * rows, before rows without a trial are removed; values are judged before trials that lack them.
 */
export const CHECKS: readonly Check[] = [
  foreignSchema,
  studies,
  trialNumbers,
  orphanedRows,
  storedValues,
  trialStates,
  jsonTexts,
];
