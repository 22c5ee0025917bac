import { HpoError } from '../base/errors.ts';

/**
 * HPO_NOTHING_TO_SHOW: fewer than two trials count.
 * @param having the other things that a trial needs to count, for the message.
 */
export function notEnoughTrials(count: number, having = 'a finite value'): HpoError {
  const trials = count === 0 ? 'is no complete trial' : 'is 1 complete trial';
  return new HpoError('HPO_NOTHING_TO_SHOW', `There ${trials} with ${having}; importance takes at least two.`, {
    data: { count },
  });
}

/** HPO_INVALID_ARGUMENT: no COMPLETE trial has the parameter. */
export function unknownParam(name: string, known: Iterable<string>): HpoError {
  const names = [...known].sort().join(', ');
  return new HpoError('HPO_INVALID_ARGUMENT', `No complete trial has a parameter '${name}'; there are ${names}.`, {
    data: { name },
  });
}
