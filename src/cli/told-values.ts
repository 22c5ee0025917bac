import { HpoError } from '../base/errors.ts';
import type { Told } from '../study/trial/outcome.ts';

/** The states that a trial can be told to have, as options name them. */
export const TOLD_STATES = ['complete', 'pruned', 'fail'] as const;
export type ToldState = (typeof TOLD_STATES)[number];

/**
 * The options of `hpo tell` as the argument of `Study.tell`.
 * @throws HpoError HPO_INVALID_ARGUMENT where they contradict each other.
 */
export function toldResult(
  values: readonly number[] | undefined,
  state: ToldState | undefined,
  directions: number,
): Told {
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', problem);
  };
  if (state === 'pruned' || state === 'fail') {
    return values === undefined
      ? (state.toUpperCase() as 'PRUNED' | 'FAIL')
      : refuse(`--state ${state} takes no --value; leave one of them out.`);
  }
  const needed = directions === 1 ? 'give --value once' : `give --value ${directions} times, one for each direction`;
  if (values === undefined) return refuse(`The trial has no result; ${needed}, or --state pruned or fail.`);
  if (values.length !== directions) return refuse(`The study takes another number of values; ${needed}.`);
  if (state === 'complete' && values.some(Number.isNaN)) return refuse('--state complete takes no nan; give numbers.');
  return values;
}

/** A constraint as an option gives it. */
export interface ToldConstraint {
  readonly name: string;
  readonly bound: number;
}

/** Parses `name=value`; the name may hold a `=`. @throws HpoError HPO_INVALID_ARGUMENT for another text. */
export function toldConstraint(text: string): ToldConstraint {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new HpoError('HPO_INVALID_ARGUMENT', `--constraint takes name=value, not '${text}'.`);
  return { name: text.slice(0, at), bound: toldNumber(text.slice(at + 1), '--constraint') };
}

/**
 * Parses a number, `nan`, or an infinity, with a sign or none.
 * @param option its name in the error.
 * @throws HpoError HPO_INVALID_ARGUMENT for another text, or a number beyond the range of numbers.
 */
export function toldNumber(text: string, option = '--value'): number {
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text.trim());
  if (named !== null) {
    const value = named[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return named[1] === '-' ? -value : value;
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  if (!Number.isNaN(value)) throw new HpoError('HPO_INVALID_ARGUMENT', `${option} ${text} is too large; write inf.`);
  throw new HpoError('HPO_INVALID_ARGUMENT', `${option} takes a number, inf or nan, not '${text}'.`);
}
