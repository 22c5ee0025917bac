import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { completedReports } from './completed-reports.ts';

it('gives the values of each step in ascending order, NaN last, of COMPLETE trials alone', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 20 }), (values) => {
      const trials = values.flatMap((value, at) => [
        frozenTrial(2 * at, { intermediateValues: new Map([[3, value]]) }),
        frozenTrial(2 * at + 1, { state: 'PRUNED', intermediateValues: new Map([[3, value]]) }),
      ]);
      const reports = historyOf(trials).summary(completedReports);
      expect(reports.trialCount).toBe(values.length);
      expect(reports.at(3).map((value) => value + 0)).toEqual([
        ...Float64Array.from(values, (each) => each + 0).sort(),
      ]);
      expect(reports.at(2)).toEqual([]);
    }),
  );
});
