import { remark } from '../storage/defect.ts';
import type { Examination } from '../storage/examination.ts';
import { examineDatabase, isRepairable } from '../storage/upkeep.ts';
import { withStorage } from '../storage/with-storage.ts';
import { checkpointFindings } from '../study/checkpoints/checkpoint-findings.ts';
import { checkpointsFolder } from '../study/checkpoints/checkpoint-root.ts';
import { outsideNotes, trialNotes } from '../study/reading-notes.ts';
import { staleTrials } from '../study/stale-trials.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { announcedWaiting } from './announced-waiting.ts';

/** The findings about a database and the files that belong to it. */
export interface StorageExamination extends Pick<Examination, 'facts' | 'lines' | 'defects'> {
  /** The names of its studies; none where they cannot be read. */
  readonly studies: readonly string[];
  /** Folders of checkpoints that nobody will read. */
  readonly orphanedFolders: readonly string[];
}

/**
 * Examines a database: what it is kept in, the rows, the trials that nobody runs, and the checkpoints. Only reads.
 *
 * @param checkpoints the folder of the checkpoints, as `--checkpoints` names it. Default: in `runs/`.
 * @throws HpoError HPO_INVALID_ARGUMENT for a storage that is no database; HPO_STORAGE where it cannot be opened at all.
 */
export async function examineStorage(url: string, checkpoints?: string): Promise<StorageExamination> {
  const { facts, lines, defects, isReadable, changedMs } = await examineDatabase(url, { waiting: announcedWaiting });
  const found = [...defects];
  const [studies, orphanedFolders]: [string[], string[]] = [[], []];
  if (!isReadable) return { facts, lines, defects: found, studies, orphanedFolders };
  await withStorage(url, { create: false }, async (storage) => {
    for (const record of await storage.listStudies()) {
      const { name } = record;
      studies.push(name);
      if (record.directions.length === 0) continue; // the examination of the database has named it
      const { trials } = await storage.changesSince(record);
      const root = checkpointsFolder(record, checkpoints);
      const folders = checkpointFindings(name, trials, root, changedMs ?? lastChange(trials));
      orphanedFolders.push(...folders.removable);
      found.push(...staleTrials(record, trials), ...folders.defects);
      const isExplained = found.some(({ study, level }) => study === name && level === 'defect');
      const notes = isExplained ? [] : trialNotes(record, trials);
      found.push(...notes.map((line) => remark('unreadable-trials', name, `${line}.`)));
      found.push(...outsideNotes(record, trials).map((line) => remark('foreign-params', name, `${line}.`)));
    }
  });
  const hasRepair = isRepairable(url);
  const named = hasRepair ? found : found.map((defect) => ({ ...defect, isMendable: false }));
  return { facts, lines, defects: named, studies, orphanedFolders };
}

/** The time of the last change that a study's trials show, in milliseconds since 1970. */
function lastChange(trials: readonly FrozenTrial[]): number {
  const times = trials.map(({ startedAt, completedAt }) => (completedAt ?? startedAt)?.getTime() ?? 0);
  return times.reduce((latest, time) => Math.max(latest, time), 0);
}
