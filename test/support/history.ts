import type { StudyShape } from '../../src/history/history.ts';
import { RecordedHistory } from '../../src/history/recorded-history.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** The history of a study with these trials, which minimises and declares no space, apart from `shape`. */
export function historyOf(trials: readonly FrozenTrial[], shape: Partial<StudyShape> = {}): RecordedHistory {
  const history = new RecordedHistory({ name: 'study', directions: ['minimize'], space: new Map(), ...shape });
  history.update(trials);
  return history;
}
