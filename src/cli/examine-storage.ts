import { statSync } from 'node:fs';
import type { Defect } from '../storage/defect.ts';
import { remark } from '../storage/defect.ts';
import { examineFile, type FileFacts } from '../storage/sqlite/examination.ts';
import { sqliteFile } from '../storage/storage-kinds.ts';
import { withStorage } from '../storage/with-storage.ts';
import { checkpointFindings } from '../study/checkpoints/checkpoint-findings.ts';
import { checkpointsFolder } from '../study/checkpoints/checkpoint-root.ts';
import { trialNotes } from '../study/reading-notes.ts';
import { staleTrials } from '../study/stale-trials.ts';
import { announcedWaiting } from './announced-waiting.ts';

/** The findings about a database and the files that belong to it. */
export interface StorageExamination {
  readonly facts: FileFacts;
  readonly defects: readonly Defect[];
  /** The names of its studies; none where they cannot be read. */
  readonly studies: readonly string[];
  /** Folders of checkpoints that nobody will read. */
  readonly orphanedFolders: readonly string[];
}

/**
 * Examines a database: the file, the rows, the trials that nobody runs, and the checkpoints. Only reads.
 *
 * @param checkpoints the folder of the checkpoints, as `--checkpoints` names it. Default: in `runs/`.
 * @throws HpoError HPO_INVALID_ARGUMENT for a storage that is no file; HPO_STORAGE where it cannot be opened at all.
 */
export async function examineStorage(url: string, checkpoints?: string): Promise<StorageExamination> {
  const file = sqliteFile(url);
  const { facts, defects, isReadable } = await examineFile(file, { waiting: announcedWaiting });
  const found = [...defects];
  const [studies, orphanedFolders]: [string[], string[]] = [[], []];
  if (!isReadable) return { facts, defects: found, studies, orphanedFolders };
  await withStorage(url, { create: false }, async (storage) => {
    for (const record of await storage.listStudies()) {
      const { name } = record;
      studies.push(name);
      if (record.directions.length === 0) continue; // the examination of the file has named it
      const { trials } = await storage.changesSince(record);
      const root = checkpointsFolder(record, checkpoints);
      const folders = checkpointFindings(name, trials, root, statSync(file.path).mtimeMs);
      orphanedFolders.push(...folders.removable);
      found.push(...staleTrials(record, trials), ...folders.defects);
      const isExplained = found.some(({ study, level }) => study === name && level === 'defect');
      const notes = isExplained ? [] : trialNotes(record, trials);
      found.push(...notes.map((line) => remark('unreadable-trials', name, `${line}.`)));
    }
  });
  return { facts, defects: found, studies, orphanedFolders };
}
