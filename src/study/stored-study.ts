import { HpoError } from '../base/errors.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';

/** The number of trials of a Pareto front that a line names. */
const MOST_NAMED = 10;

/** A study as a database has it. */
export interface StoredStudy {
  readonly record: StudyRecord;
  readonly trials: readonly FrozenTrial[];
  readonly storageLabel: string;
}

/**
 * One trial of a study: by its number, else the best one.
 * @throws HpoError HPO_NOTHING_TO_SHOW if there is no such trial, or none is complete; HPO_INVALID_ARGUMENT for the best
 *   of several directions, naming the trials to choose from.
 */
export function pickTrial(stored: StoredStudy, number: number | undefined): FrozenTrial {
  const { record, trials, storageLabel } = stored;
  if (number === undefined && record.directions.length > 1) throw manyBest(stored);
  const trial = number === undefined ? bestOf(trials, record.directions) : trials[number];
  if (trial !== undefined) return trial;
  if (number === undefined) throw noneComplete(stored);
  throw new HpoError(
    'HPO_NOTHING_TO_SHOW',
    `The study '${record.name}' in ${storageLabel} has no trial ${number}; it has ${trials.length}, counted from 0.`,
  );
}

/**
 * The best trials of a study: the best one, or for several directions all that no other dominates.
 * @throws HpoError HPO_NOTHING_TO_SHOW if none is complete.
 */
export function pickBest(stored: StoredStudy): readonly FrozenTrial[] {
  if (stored.record.directions.length === 1) return [pickTrial(stored, undefined)];
  const front = paretoFront(stored.trials, stored.record.directions);
  if (front.length === 0) throw noneComplete(stored);
  return front;
}

/** The numbers of trials for a line of text: the first ten, and dots for the others. */
export function listTrials(numbers: readonly number[]): string {
  return `${numbers.slice(0, MOST_NAMED).join(', ')}${numbers.length > MOST_NAMED ? ', …' : ''}`;
}

function noneComplete({ record, trials, storageLabel }: StoredStudy): HpoError {
  const has = `no complete trial among its ${trials.length}; \`hpo trials\` lists them`;
  return new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' in ${storageLabel} has ${has}.`);
}

function manyBest(stored: StoredStudy): HpoError {
  const { name, directions } = stored.record;
  const front = listTrials(pickBest(stored).map((trial) => trial.number));
  return new HpoError(
    'HPO_INVALID_ARGUMENT',
    `The study '${name}' has ${directions.length} directions and no single best trial; take one by --trial: ${front} (\`hpo best\` shows them).`,
  );
}
