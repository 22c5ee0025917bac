import type { StudyShape } from '../../src/history/history.ts';
import { RecordedHistory } from '../../src/history/recorded-history.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** The history of a study with these trials: one that minimises and declares no space, but for what `shape` says. */
export function historyOf(trials: readonly FrozenTrial[], shape: Partial<StudyShape> = {}): RecordedHistory {
  const history = new RecordedHistory({ name: 'study', directions: ['minimize'], space: new Map(), ...shape });
  history.update(trials);
  return history;
}
