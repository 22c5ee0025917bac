import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import type { HistoryReader } from './history.ts';

/** Reads the trials of a history that are WAITING or RUNNING, by number. */
export const unfinishedTrials: HistoryReader<Map<number, FrozenTrial>> = {
  start: () => new Map(),
  take(unfinished, trial) {
    if (isFinished(trial.state)) unfinished.delete(trial.number);
    else unfinished.set(trial.number, trial);
  },
};
