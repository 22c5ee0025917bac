import { expect } from 'vitest';
import type { Fuzz } from '../../support/fuzz.ts';
import { addRow } from '../../support/sweep-table.ts';

/** Adds a reader's figures and branches to the tables, and fails for its faults. */
export function conclude(fuzz: Fuzz): void {
  addRow('Fuzzing', fuzz.row);
  for (const branch of fuzz.branches) addRow(`Error branches of ${fuzz.reader}`, { branch });
  expect(fuzz.wrong.slice(0, 20)).toEqual([]);
}
