import { HpoError } from '../base/errors.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** The number of trials of a Pareto front that a line names. */
const MOST_NAMED = 10;

/** A study as a database has it. */
export interface StoredStudy {
  readonly record: StudyRecord;
  readonly trials: readonly FrozenTrial[];
  readonly storageLabel: string;
}

/**
 * One trial of a study: the one of a number, or the best one.
 * @throws HpoError HPO_NOTHING_TO_SHOW if there is no such trial, or none is complete; HPO_INVALID_ARGUMENT for the
 *   best of several directions, naming the trials to choose from.
 */
export async function pickTrial(
  storage: Storage,
  record: StudyRecord,
  number: number | undefined,
): Promise<FrozenTrial> {
  if (number === undefined && record.directions.length > 1) throw await manyBest(storage, record);
  const trial = number === undefined ? (await storage.bestTrials(record, 1))[0] : await storage.trial(record, number);
  if (trial !== undefined) return trial;
  if (number === undefined) throw await noneComplete(storage, record);
  throw new HpoError(
    'HPO_NOTHING_TO_SHOW',
    `The study '${record.name}' in ${storage.label} has no trial ${number}; it has ${await countTrials(storage, record)}, counted from 0.`,
  );
}

/**
 * The best trials of a study: the best one, or for several directions all that no other dominates.
 * @throws HpoError HPO_NOTHING_TO_SHOW if none is complete.
 */
export async function pickBest(storage: Storage, record: StudyRecord): Promise<readonly FrozenTrial[]> {
  if (record.directions.length === 1) return [await pickTrial(storage, record, undefined)];
  const front = await storage.bestTrials(record, Number.POSITIVE_INFINITY);
  if (front.length === 0) throw await noneComplete(storage, record);
  return front;
}

/** The numbers of trials for a line of text: the first ten, and dots for the others. */
export function listTrials(numbers: readonly number[]): string {
  return `${numbers.slice(0, MOST_NAMED).join(', ')}${numbers.length > MOST_NAMED ? ', …' : ''}`;
}

async function countTrials(storage: Storage, record: StudyRecord): Promise<number> {
  return Object.values(await storage.counts(record)).reduce((sum, count) => sum + count, 0);
}

async function noneComplete(storage: Storage, record: StudyRecord): Promise<HpoError> {
  const has = `no complete trial among its ${await countTrials(storage, record)}; \`hpo trials\` lists them`;
  return new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' in ${storage.label} has ${has}.`);
}

async function manyBest(storage: Storage, record: StudyRecord): Promise<HpoError> {
  const { name, directions } = record;
  const front = listTrials((await pickBest(storage, record)).map((trial) => trial.number));
  return new HpoError(
    'HPO_INVALID_ARGUMENT',
    `The study '${name}' has ${directions.length} directions and no single best trial; take one by --trial: ${front} (\`hpo best\` shows them).`,
  );
}
