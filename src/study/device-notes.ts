import { bounded, LIMITS } from '../base/bounded-text.ts';
import { heldLease } from '../storage/lease.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { crewOf, shownDevice } from './crew.ts';

/**
 * A line without a full stop about trials that ran on other devices than a run's, where the same parameters may give
 * other values; none where all ran on its device, or no device is known.
 */
export function deviceNotes(device: string | undefined, trials: readonly FrozenTrial[]): readonly string[] {
  if (device === undefined) return [];
  const own = shownDevice(device);
  const others = trials.flatMap(({ number, systemAttrs }) => {
    const other = crewOf(heldLease(systemAttrs)?.about)?.device;
    return other === undefined || other === own ? [] : [{ number, other }];
  });
  const [first] = others;
  if (first === undefined) return [];
  const which = others.length === 1 ? `trial ${first.number}` : `${others.length} trials (trial ${first.number} first)`;
  const those = `${which} ran on '${bounded(first.other, LIMITS.name)}'`;
  return [`${those} and this run computes on '${own}': the same parameters may give slightly other values`];
}
