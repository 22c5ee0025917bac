import { defaultStorage } from '../storage/default-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { withStorage } from '../storage/with-storage.ts';
import { moveCheckpoints } from './checkpoints/checkpoint-root.ts';
import { findStudy } from './find-study.ts';

/**
 * Gives a study another name. Its checkpoints go with it where they are in their usual folder. A run that has it open ends with an error when it looks for the old name.
 * @throws HpoError HPO_STUDY_NOT_FOUND if there is no such study; HPO_STUDY_EXISTS if the new name is taken;
 *   HPO_INVALID_ARGUMENT for a name that cannot be stored.
 */
export async function renameStudy(options: {
  readonly name: string;
  readonly newName: string;
  readonly storage?: string | Storage;
}): Promise<void> {
  const { name, newName, storage = defaultStorage() } = options;
  const rename = async (opened: Storage): Promise<void> => {
    const record = await findStudy(opened, name);
    await opened.renameStudy(record, newName);
    await moveCheckpoints(record, newName).catch(() => undefined); // else trials that need them start over
  };
  if (typeof storage === 'object') await rename(storage);
  else await withStorage(storage, { create: false }, rename);
}
