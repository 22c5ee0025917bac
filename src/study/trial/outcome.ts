import { bounded, boundedText, LIMITS } from '../../base/bounded-text.ts';
import { shown } from '../../base/option-checks.ts';
import { type FinishedState, type FrozenTrial, lastStep } from '../../trial/frozen-trial.ts';

/** The reason why a trial failed, as kept in its system attribute `hpo:error`. */
export type Failure = {
  /** The kind of failure: the name of the error, `WorkerDied`, `TimeLimit`, … */
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  /** The last lines that a worker wrote to stderr before it died. */
  readonly stderr?: string | undefined;
};

/** The way a trial ended. */
export interface Outcome {
  readonly state: FinishedState;
  /** One value for each direction; null for FAIL, and for PRUNED without a report or with several directions. */
  readonly values: readonly number[] | null;
  /** The reason of a FAIL. */
  readonly failure?: Failure;
}

/** A trial as it ended, with its outcome. */
export interface FinishedTrial {
  readonly trial: FrozenTrial;
  readonly outcome: Outcome;
}

/**
 * The result that `Study.tell` takes: a trial's value, one value for each direction, or the state of a trial without
 * one.
 */
export type Told = number | readonly number[] | 'PRUNED' | 'FAIL';

/**
 * The outcome that follows from the argument of `Study.tell`, by Optuna's rules: a value that is not a number, NaN or a
 * wrong count of values gives FAIL; the infinities give COMPLETE; PRUNED takes the last intermediate value for its
 * value, unless that is NaN or there are several directions.
 */
export function outcomeOf(told: unknown, trial: FrozenTrial, directions: number, failure?: Failure): Outcome {
  if (told === 'FAIL') return { state: 'FAIL', values: null, ...(failure && { failure: boundedFailure(failure) }) };
  if (told === 'PRUNED') {
    const step = lastStep(trial);
    const last = step === undefined ? Number.NaN : (trial.intermediateValues.get(step) ?? Number.NaN);
    return { state: 'PRUNED', values: directions === 1 && !Number.isNaN(last) ? [last] : null };
  }
  const values: readonly unknown[] = Array.isArray(told) ? told : [told];
  const problem = infeasibility(values, directions);
  if (problem === undefined) return { state: 'COMPLETE', values: values as number[] };
  return { state: 'FAIL', values: null, failure: { name: 'InvalidValue', message: problem } };
}

/** The problem with an objective's values; undefined where they can be stored. */
export function infeasibility(values: readonly unknown[], directions: number): string | undefined {
  if (values.length !== directions) {
    return `The objective returned ${values.length} values for a study with ${directions} ${directions === 1 ? 'direction' : 'directions'}.`;
  }
  const bad = values.find((value) => typeof value !== 'number' || Number.isNaN(value));
  if (bad === undefined && !values.includes(undefined)) return undefined;
  return `The objective returned ${shown(bad)}; it must return ${directions === 1 ? 'a number' : `${directions} numbers`}.`;
}

/** A thrown value as a failure; anything can be thrown. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      const { name = 'Error', message, stack } = thrown as Partial<Error>;
      return boundedFailure({ name, message, stack });
    }
  } catch {
    // A field of the value throws when it is read.
  }
  return boundedFailure({ name: 'Error', message: thrown });
}

/** A failure whose texts, from any source, are cut to the length that is kept. */
export function boundedFailure({ name, message, stack, stderr }: { readonly [F in keyof Failure]?: unknown }): Failure {
  const kept = boundedText(message, LIMITS.message);
  // A stack repeats the message; its end, the places, is the part that matters.
  const isCut = typeof message === 'string' && kept !== message;
  const shortened = typeof stack === 'string' && isCut ? stack.replace(message, () => kept) : stack;
  return {
    name: boundedText(name, LIMITS.name),
    message: kept,
    ...(typeof shortened === 'string' && { stack: bounded(shortened, LIMITS.stack) }),
    ...(typeof stderr === 'string' && { stderr: bounded(stderr, LIMITS.message) }),
  };
}
