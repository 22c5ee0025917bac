import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { isWholeNumber, shown } from '../../base/option-checks.ts';
import type { KeptCheckpoints } from '../../study/checkpoints/kept-checkpoints.ts';
import type { Progress } from '../../study/definition/definition.ts';
import type { LogMessage } from './protocol.ts';

// Any code of a study may write to the channel of its worker, so that what a run shows is checked when it arrives.

/** A text. @throws HpoError HPO_WORKER for anything else. */
export function checkedText(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw foreign(what, value);
}

/** Messages of the study's code. @throws HpoError HPO_WORKER for anything else. */
export function checkedMessages(value: unknown): readonly LogMessage[] {
  const isMessage = (each: unknown) =>
    isObject(each) &&
    typeof each.text === 'string' &&
    (each.phase === 'prepare' || each.phase === 'trial' || each.phase === 'retrain') &&
    (each.trial === undefined || typeof each.trial === 'number');
  if (Array.isArray(value) && value.every(isMessage)) return value as readonly LogMessage[];
  throw foreign('log messages', value);
}

/** The progress of some work. @throws HpoError HPO_WORKER for anything else. */
export function checkedProgress(value: unknown): Progress {
  const isNumber = (each: unknown) => each === undefined || typeof each === 'number';
  const isRight =
    isObject(value) &&
    typeof value.label === 'string' &&
    typeof value.done === 'number' &&
    isNumber(value.total) &&
    (value.unit === undefined || typeof value.unit === 'string');
  if (isRight) return value as unknown as Progress;
  throw foreign('progress', value);
}

/** The checkpoints of a trial. @throws HpoError HPO_WORKER for anything else. */
export function checkedCheckpoints(value: unknown): KeptCheckpoints {
  const isMark = (mark: unknown) =>
    isObject(mark) &&
    isWholeNumber(mark.step, 0) &&
    isWholeNumber(mark.trial, 0) &&
    isWholeNumber(mark.attempt, 1) &&
    (mark.writer === undefined || typeof mark.writer === 'string');
  const isRight = isObject(value) && isMark(value.last) && (value.best === undefined || isMark(value.best));
  if (isRight) return value as unknown as KeptCheckpoints;
  throw foreign('checkpoints', value);
}

/** A record of fields. @throws HpoError HPO_WORKER for anything else. */
export function checkedFields<T extends object>(what: string, value: T): T {
  if (isObject(value)) return value;
  throw foreign(what, value);
}

function foreign(what: string, value: unknown): HpoError {
  return new HpoError('HPO_WORKER', `A worker sent ${shown(value)} as ${what}, which is not hpo's; it was ignored.`);
}
