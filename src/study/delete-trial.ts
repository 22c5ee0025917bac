import { defaultStorage } from '../storage/default-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { withStorage } from '../storage/with-storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { CheckpointRoot, checkpointsFolder } from './checkpoints/checkpoint-root.ts';
import { findStudy } from './find-study.ts';
import { ERROR_KEY } from './study-keys.ts';

/**
 * Deletes the content of a trial: its parameters, values, reports and attributes. Its number stays, with the state FAIL
 * and a reason, since trials are numbered without gaps. Samplers and pruners learn nothing from it, it cannot be the
 * best trial, and it counts as finished. Processes that have read the trial before keep their knowledge of it until
 * they end; a process that runs it loses it.
 * Its checkpoints are removed, too.
 *
 * @param options.checkpoints the folder of the checkpoints, as for {@link createStudy}.
 *
 * @returns the trial as it is stored now.
 * @throws HpoError HPO_STUDY_NOT_FOUND; HPO_INVALID_ARGUMENT if the study has no trial of this number.
 */
export async function deleteTrial(options: {
  readonly name: string;
  readonly number: number;
  readonly storage?: string | Storage;
  readonly checkpoints?: string | undefined;
}): Promise<FrozenTrial> {
  const { name, number, storage = defaultStorage(), checkpoints } = options;
  const erase = async (opened: Storage) => {
    const failure = { name: 'Deleted', message: 'The content of the trial was deleted.' };
    const record = await findStudy(opened, name);
    const erased = await opened.eraseTrial(record, number, { [ERROR_KEY]: failure });
    await new CheckpointRoot(checkpointsFolder(record, checkpoints)).remove(number);
    return erased;
  };
  return typeof storage === 'object' ? erase(storage) : withStorage(storage, { create: false }, erase);
}
