import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import type { Direction } from '../trial/direction.ts';
import { patient } from './index.ts';

/** Whether a trial with these reports is pruned by patience of one report more, and a margin of 0.1. */
function isPruned(direction: Direction, ...reports: readonly number[]): unknown {
  const trial = frozenTrial(0, { state: 'RUNNING', intermediateValues: new Map(reports.entries()) });
  return patient(undefined, 1, 0.1).judge(historyOf([trial], { directions: [direction] }), trial);
}

it('prunes a trial whose last reports are worse than the best before by more than `minDelta`', () => {
  expect(isPruned('minimize', 1, 1.05, 1.05)).toBe(false);
  expect(isPruned('minimize', 1, 1.2, 1.2)).toBe(true);
  expect(isPruned('minimize', 1, 1.2, 1.05)).toBe(false);
  expect(isPruned('maximize', 1, 0.95, 0.95)).toBe(false);
  expect(isPruned('maximize', 1, 0.8, 0.8)).toBe(true);
  expect(isPruned('minimize', 1, 1.2)).toBe(false); // nothing before the last two
});
