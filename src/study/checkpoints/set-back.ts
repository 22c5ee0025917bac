import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { placeOf } from './checkpoint-root.ts';
import { type StepMark, storedCheckpoints } from './kept-checkpoints.ts';

/** A trial that goes on from an earlier checkpoint, or starts over, because its last one is not to be had. */
export interface SetBack {
  readonly trial: number;
  /** The step after which it goes on; its later reports are dropped. Undefined where it starts over. */
  readonly afterStep: number | undefined;
  /** A line about it, for people. */
  readonly message: string;
}

/**
 * @param trial as it was before.
 * @param to the checkpoint that it goes on from; undefined for none.
 * @param root the folder in which its checkpoints were looked for.
 */
export function setBack(trial: FrozenTrial, to: StepMark | undefined, root: string): SetBack {
  const { number } = trial;
  const stored = storedCheckpoints(trial);
  const begin = `Trial ${number} ${to === undefined ? 'starts over' : `goes on after step ${to.step}`}`;
  if (stored === undefined) {
    return {
      trial: number,
      afterStep: undefined,
      message: `${begin}: the stored name of its checkpoint cannot be read.`,
    };
  }
  const { step } = stored.last;
  const place = placeOf(root, stored.last.trial);
  const elsewhere = stored.place === place ? '' : `; it was written to ${stored.place}`;
  const message = `${begin}: its checkpoint of step ${step} is not whole in ${place}${elsewhere}.`;
  return { trial: number, afterStep: to?.step, message };
}
