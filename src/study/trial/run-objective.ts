import { type Failure, failureOf, type Told } from './outcome.ts';
import { TrialPruned } from './trial-pruned.ts';

/** Runs an objective and returns its outcome; never rejects. */
export async function runObjective(
  objective: () => unknown,
): Promise<{ readonly told: Told; readonly failure?: Failure }> {
  try {
    return { told: (await objective()) as Told };
  } catch (thrown) {
    return TrialPruned.is(thrown) ? { told: 'PRUNED' } : { told: 'FAIL', failure: failureOf(thrown) };
  }
}
