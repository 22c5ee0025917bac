import { rmSync } from 'node:fs';
import { counted } from '../../base/counted.ts';
import { HpoError } from '../../base/errors.ts';
import { repairFile } from '../../storage/sqlite/repair.ts';
import type { StorageFile } from '../../storage/storage-kinds.ts';
import { fileFor } from '../../storage/upkeep.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { takeBackStale } from '../../study/stale-trials.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { confirm } from '../confirm.ts';
import { defineCommand } from '../define-command.ts';
import { examineStorage, type StorageExamination } from '../examine-storage.ts';
import { ExitCode } from '../exit-code.ts';
import { storageOption, text, wholeNumber } from '../options.ts';
import { printLine } from '../print.ts';
import { defectText, isDefect } from '../storage-report.ts';
import { refuseWhileRun } from '../stored-study.ts';

/** `hpo repair` */
export const repair = defineCommand({
  usage: 'repair',
  describe: 'mend a database as far as it can be mended, after a backup; asks first',
  details:
    'It mends what hpo doctor --storage finds. Of a damaged file, the rows that can be read go into a new one that ' +
    'takes its place. Rows of trials and studies that are not there are removed; trials that contradict themselves ' +
    'become failed ones, as hpo has read them before; trials that dead runs have left go back to waiting; checkpoints ' +
    "that no trial names are removed. Running trials of Optuna's are left alone. A copy of the database as it was " +
    'stays beside it.',
  options: {
    yes: { type: 'boolean', default: false, alias: 'y', describe: 'do not ask' },
    force: { type: 'boolean', default: false, describe: 'mend it although processes may run its studies' },
    retries: wholeNumber('retries', 0, 'how often a trial is run again if its process has died (default: 2)'),
    checkpoints: text('the folder of the checkpoints (default: runs/<study>/checkpoints)'),
    storage: storageOption,
  },
  examples: [
    ['$0 repair', 'shows what it will do, and asks'],
    ['$0 repair --storage tuning.db --yes', 'for a script'],
  ],
  async run({ yes, force, retries = 2, checkpoints, storage: url }) {
    const file = await fileFor('repair', url);
    const before = await examineStorage(url, checkpoints);
    const mendable = before.defects.filter((defect) => defect.isMendable);
    for (const defect of before.defects.filter(isDefect)) printLine(defectText(defect, 'will be mended'));
    if (mendable.length === 0) {
      printLine(before.defects.some(isDefect) ? 'hpo can mend nothing of this.' : 'There is nothing to mend.');
      if (before.defects.some(isDefect)) process.exitCode = ExitCode.failed;
      return;
    }
    if (!force) await refuseWhileAnyRun(url, before);
    const what = `${counted(mendable.length, 'thing')} in ${file.label}`;
    if (!yes && !process.stdin.isTTY) {
      const problem = `There is no terminal on which to ask whether to mend ${what}; give --yes.`;
      throw new HpoError('HPO_INVALID_ARGUMENT', problem);
    }
    if (!yes && !(await confirm(`Mend ${what}?`))) {
      printLine('Nothing was changed.');
      return;
    }
    await mendAll(url, file, before, retries);
    const left = (await examineStorage(url, checkpoints)).defects.filter(isDefect);
    for (const defect of left) printLine(defectText(defect, 'run hpo repair again'));
    printLine(
      left.length === 0 ? 'The database is sound now.' : `${counted(left.length, 'thing')} could not be mended.`,
    );
    if (left.length > 0) process.exitCode = ExitCode.failed;
  },
});

/** Mends what can be mended, and prints a line on each thing that was done. */
async function mendAll(
  url: string,
  file: StorageFile,
  { orphanedFolders }: StorageExamination,
  retries: number,
): Promise<void> {
  await repairFile(file, { waiting: announcedWaiting, onDone: (line) => printLine(`  ${line}`) });
  await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
    for (const record of await storage.listStudies()) {
      if (record.directions.length === 0) continue;
      for (const { trial, state } of await takeBackStale(storage, record, retries)) {
        const end = state === 'WAITING' ? 'gave it back, to be run again' : 'made it FAIL';
        printLine(`  trial ${trial.number} of '${record.name}', whose process is gone: ${end}`);
      }
    }
  });
  for (const folder of orphanedFolders) removeFolder(folder);
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  printLine(`  removed ${folder}`);
}

/** Refuses to mend while a process runs one of the studies. */
async function refuseWhileAnyRun(url: string, { studies }: StorageExamination): Promise<void> {
  if (studies.length === 0) return;
  await withStorage(url, { create: false }, async (storage) => {
    for (const record of await storage.listStudies()) await refuseWhileRun(storage, record, 'mend');
  });
}
