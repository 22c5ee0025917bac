import { describe, expect, it } from 'vitest';
import { float } from '../../../src/space/float-distribution.ts';
import { int } from '../../../src/space/int-distribution.ts';
import { golden } from './golden.ts';

type Row = readonly [low: number, high: number, step: number, expected: number];
const rows = golden<{ readonly float: readonly Row[]; readonly int: readonly Row[] }>('last-steps.json');

describe('`high` is lowered to the last step as Optuna 5.0.0 does', () => {
  it.each(rows.float)('float(%d, %d, { step: %d })', (low, high, step, expected) => {
    expect(float(low, high, { step }).high).toBe(expected);
  });

  it.each(rows.int)('int(%d, %d, { step: %d })', (low, high, step, expected) => {
    expect(int(low, high, { step }).high).toBe(expected);
  });
});
