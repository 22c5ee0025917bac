import { constants } from 'node:fs';
import { cp, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../base/is-object.ts';
import type { JsonValue } from '../../base/json.ts';
import { isWholeNumber } from '../../base/option-checks.ts';
import { removeUnused } from '../../base/remove-unused.ts';
import { shortHash } from '../../base/short-hash.ts';
import { formatIdentity, parseIdentity, thisProcess, vitality } from '../../machine/process-identity.ts';
import { type CheckpointRoot, placeOf } from '../../study/checkpoints/checkpoint-root.ts';
import type { KeptCheckpoints, StepMark } from '../../study/checkpoints/kept-checkpoints.ts';
import { isWhole, makePlace, stepName, writeStep } from '../../study/checkpoints/step-folder.ts';
import type { CheckpointsStart, HeldCheckpoint } from '../../study/checkpoints/trial-checkpoints.ts';
import type { Emit } from '../../study/run-event.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { readJson, writeJson } from '../results.ts';

const FOLDER = 'retrain-checkpoints';
const RECORD = 'retraining.json';

/** The checkpoint of a trial that a retraining begins with. */
export type RetrainingOrigin = { readonly trial: number; readonly step: number };

/** The checkpoints of the trial that a retraining begins with. */
export interface TrialCheckpointsToTake {
  readonly last: HeldCheckpoint;
  readonly best: HeldCheckpoint | undefined;
}

/** The record of a retraining's checkpoints, beside them. */
interface RetrainingRecord {
  readonly owner: string;
  readonly configuration: JsonValue;
  readonly attempt: number;
  readonly from: RetrainingOrigin | null;
  readonly last?: StepMark | undefined;
  readonly best?: StepMark | undefined;
}

/** The place of a retraining's checkpoints, and its state. */
interface Parts {
  readonly place: string;
  readonly record: RetrainingRecord;
  readonly start: CheckpointsStart;
}

/**
 * The checkpoints of a retraining, in a folder beside its results that survives an interruption. There is one for each
 * trial: another configuration of the same trial takes its place.
 */
export class RetrainingCheckpoints {
  readonly #place: string;
  #record: RetrainingRecord;
  /** The checkpoints with which it begins. */
  readonly start: CheckpointsStart;

  private constructor({ place, record, start }: Parts) {
    this.#place = place;
    this.#record = record;
    this.start = start;
  }

  /**
   * Opens the checkpoints of an interrupted retraining of the same configuration, or begins new ones.
   *
   * @param folder the study's folder.
   * @param trial undefined for a configuration from a file.
   * @param take the checkpoints that a new retraining begins with; they are copied, since trials lose theirs.
   * @throws HpoError HPO_FOLDER or HPO_DISK.
   */
  static async open(
    folder: string,
    trial: number | undefined,
    configuration: JsonValue,
    take: TrialCheckpointsToTake | undefined,
  ): Promise<RetrainingCheckpoints> {
    const usual = usualPlace(folder, trial);
    const owner = formatIdentity(thisProcess());
    const found = recordIn(usual);
    const isTaken = found !== undefined && isOthers(found);
    const place = isTaken ? `${usual}-${shortHash(owner)}` : usual; // another process trains the same trial now
    const number = trial ?? 0;
    const common = { trial: number, label: 'The retraining', place, direction: undefined, reports: [] };
    if (!isTaken && found !== undefined && isDeepStrictEqual(found.configuration, configuration)) {
      const [last, best] = [await held(place, found.last), await held(place, found.best)];
      if (last !== undefined) {
        const record = { ...found, owner, attempt: found.attempt + 1 };
        const start = { ...common, attempt: record.attempt, last, best };
        return new RetrainingCheckpoints({ place, record, start }).#saved();
      }
    }
    await rm(place, { recursive: true, force: true });
    await makePlace(place);
    const from = take === undefined ? null : { trial: number, step: take.last.step };
    const [last, best] = take === undefined ? [] : await copied(take, place, number);
    const record = { owner, configuration, attempt: 1, from, last: markOf(last), best: markOf(best) };
    return new RetrainingCheckpoints({ place, record, start: { ...common, attempt: 1, last, best } }).#saved();
  }

  /** The trial's checkpoint that it began with; null where it began with nothing. */
  get from(): RetrainingOrigin | null {
    return this.#record.from;
  }

  /** The step after which it goes on, because it was interrupted; undefined where it begins. */
  get afterStep(): number | undefined {
    return this.#record.attempt > 1 ? this.start.last?.step : undefined;
  }

  /** Stores the names of its checkpoints. */
  async store({ last, best }: KeptCheckpoints): Promise<void> {
    this.#record = { ...this.#record, last, best };
    this.#saved();
  }

  /** Removes the checkpoints of a retraining that has finished, or that has none; where that fails, the next run does. */
  async finish(isDone: boolean): Promise<void> {
    if (!isDone && this.#record.last !== undefined) return; // it goes on the next time
    await removePlace(this.#place);
  }

  /** Removes what is left of the checkpoints of a retraining that has finished. */
  static async removeFinished(folder: string, trial: number | undefined, configuration: JsonValue): Promise<void> {
    const place = usualPlace(folder, trial);
    const found = recordIn(place);
    const isFinished = found === undefined || isDeepStrictEqual(found.configuration, configuration);
    if (isFinished && !(found !== undefined && isOthers(found))) await removePlace(place);
  }

  #saved(): this {
    writeJson(join(this.#place, RECORD), this.#record);
    return this;
  }
}

/** The checkpoints of a trial that its retraining is to begin with; a warning says if there are none. */
export async function toTake(
  trial: FrozenTrial,
  root: CheckpointRoot,
  emit: Emit,
): Promise<TrialCheckpointsToTake | undefined> {
  const last = await root.last(trial);
  if (last !== undefined) return { last, best: await root.best(trial) };
  const where = `trial ${trial.number} has no checkpoint in ${placeOf(root.path, trial.number)}`;
  emit({ type: 'warning', message: `${where}; its retraining begins with nothing` });
  return undefined;
}

async function held(place: string, mark: StepMark | undefined): Promise<HeldCheckpoint | undefined> {
  if (mark === undefined || !(await isWhole(place, mark))) return undefined;
  return { ...mark, folder: join(place, stepName(mark.step)) };
}

function markOf(checkpoint: HeldCheckpoint | undefined): StepMark | undefined {
  return checkpoint && { step: checkpoint.step, trial: checkpoint.trial, attempt: checkpoint.attempt };
}

/** Copies a trial's checkpoints. @returns the last one and the best one. */
async function copied(
  { last, best }: TrialCheckpointsToTake,
  place: string,
  trial: number,
): Promise<readonly [HeldCheckpoint, HeldCheckpoint | undefined]> {
  const copyOf = async ({ step, folder }: HeldCheckpoint): Promise<HeldCheckpoint> => {
    const options = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true };
    await writeStep(place, { step, attempt: 1 }, (target) => cp(folder, target, options));
    return { step, trial, attempt: 1, folder: join(place, stepName(step)) };
  };
  const copy = await copyOf(last);
  if (best === undefined) return [copy, undefined];
  return [copy, best.step === last.step ? copy : await copyOf(best)];
}

/** The record in a place; undefined for anything else. */
function recordIn(place: string): RetrainingRecord | undefined {
  const content = readJson(join(place, RECORD));
  if (!isObject(content) || typeof content.owner !== 'string' || !isWholeNumber(content.attempt, 1)) return undefined;
  const { owner, attempt, configuration, from } = content as unknown as RetrainingRecord;
  const isOrigin = isObject(from) && isWholeNumber(from.trial, 0) && isWholeNumber(from.step, 0);
  const [last, best] = [storedMark(content.last), storedMark(content.best)];
  return { owner, attempt, configuration, from: isOrigin ? from : null, last, best };
}

function storedMark(stored: unknown): StepMark | undefined {
  if (!isObject(stored)) return undefined;
  const { step, trial, attempt } = stored;
  if (!isWholeNumber(step, 0) || !isWholeNumber(trial, 0) || !isWholeNumber(attempt, 1)) return undefined;
  return { step, trial, attempt };
}

/** Whether another process that lives has a record. */
function isOthers({ owner }: RetrainingRecord): boolean {
  const identity = parseIdentity(owner);
  const known = identity === undefined ? 'unknown' : vitality(identity);
  return owner !== formatIdentity(thisProcess()) && (known === 'alive' || known === 'stopped');
}

function usualPlace(folder: string, trial: number | undefined): string {
  return resolve(folder, FOLDER, trial === undefined ? 'configuration' : `trial-${trial}`);
}

async function removePlace(place: string): Promise<void> {
  await removeUnused(place);
  await rmdir(dirname(place)).catch(() => undefined); // unless it has those of other trials
}
