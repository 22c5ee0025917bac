import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { placeOf } from './checkpoint-root.ts';
import { storedCheckpoints } from './kept-checkpoints.ts';

/** A trial that starts over, its reports dropped, because its last checkpoint is not to be had. */
export interface StartedOver {
  readonly trial: number;
  /** The step of the checkpoint; undefined where what is stored of it cannot be read. */
  readonly step: number | undefined;
  /** A line about it, for people. */
  readonly message: string;
}

/** @param trial as it was before. @param root the folder in which the checkpoint was looked for. */
export function startedOver(trial: FrozenTrial, root: string): StartedOver {
  const { number } = trial;
  const stored = storedCheckpoints(trial);
  const begin = `Trial ${number} starts over`;
  if (stored === undefined) {
    return { trial: number, step: undefined, message: `${begin}: the stored place of its checkpoint cannot be read.` };
  }
  const { step } = stored.last;
  const place = placeOf(root, stored.last.trial);
  const elsewhere = stored.place === place ? '' : `; it was written to ${stored.place}`;
  const message = `${begin}: its checkpoint of step ${step} is not whole in ${place}${elsewhere}.`;
  return { trial: number, step, message };
}
