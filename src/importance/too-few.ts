/**
 * From so many trials on importances can be relied on, as far as their intervals say. Measured on two functions of six
 * parameters, `random()`, thirty searches each, against 5,000 trials: the parameter that matters most came first in 30
 * to 50 of 100 searches of 16 trials, in 63 to 77 of 30, in 63 to 90 of 50 and in 87 and more of 100; its interval held
 * its true share in 63 to 80, 83 to 90, and from 50 trials on in 87 to 100 of 100. fANOVA, eight searches each, is as
 * unsure at 16 (38 to 50) and sure at 50.
 */
export const ENOUGH_TRIALS = 50;

/** That importances come from too few trials, as a sentence; undefined where they do not. */
export function tooFew(trials: number): string | undefined {
  if (trials >= ENOUGH_TRIALS) return undefined;
  const count = `${trials} complete ${trials === 1 ? 'trial is' : 'trials are'}`;
  return `${count} too few to rely on this; take ${ENOUGH_TRIALS} or more.`;
}
