import { HpoError } from '../base/errors.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { isStorageFault } from '../storage/storage-errors.ts';

/** The record of a study. @throws HpoError HPO_STUDY_NOT_FOUND naming the studies of the storage. */
export async function findStudy(storage: Storage, name: string): Promise<StudyRecord> {
  const record = await storage.findStudy(name);
  if (record !== undefined) return record;
  const names = (await storage.listStudies()).map(
    ({ name: each }) => `'${each.length > 100 ? `${each.slice(0, 100)}…` : each}'`,
  );
  const there =
    names.length === 0
      ? 'It holds none.'
      : `It holds ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`;
  throw new HpoError('HPO_STUDY_NOT_FOUND', `There is no study '${name}' in ${storage.label}. ${there}`, {
    data: { name },
  });
}

/**
 * The record of a study that is to be deleted: it is found even if it cannot be read.
 * @throws HpoError HPO_STUDY_NOT_FOUND.
 */
export async function findStudyToDelete(storage: Storage, name: string): Promise<StudyRecord> {
  try {
    return await findStudy(storage, name);
  } catch (error) {
    const record = isStorageFault(error) && (await storage.listStudies()).find((each) => each.name === name);
    if (record) return record;
    throw error;
  }
}
