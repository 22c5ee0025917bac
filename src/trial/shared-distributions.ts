import type { FrozenTrial } from './frozen-trial.ts';

/**
 * The distributions of trials, in their order. Successive trials of a storage mostly share them; then they come once,
 * which spares whoever looks for names and bounds the way through every trial's.
 */
export function* distributionsOf(trials: readonly FrozenTrial[]): Generator<FrozenTrial['distributions']> {
  let last: FrozenTrial['distributions'] | undefined;
  for (const { distributions } of trials) {
    if (distributions === last) continue;
    last = distributions;
    yield distributions;
  }
}
