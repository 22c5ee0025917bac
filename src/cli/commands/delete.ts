import { existsSync } from 'node:fs';
import { HpoError } from '../../base/errors.ts';
import { resultsFolder } from '../../runner/results.ts';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { removeCheckpoints } from '../../study/checkpoints/checkpoint-root.ts';
import { deleteTrial } from '../../study/delete-trial.ts';
import { findStudy, findStudyToDelete } from '../../study/find-study.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { confirm } from '../confirm.ts';
import { defineCommand } from '../define-command.ts';
import { checkpointsOption, storageOption, wholeNumber } from '../options.ts';
import { printLine } from '../print.ts';
import { namedStudyArgument, refuseWhileRun, studyName } from '../stored-study.ts';

/** `hpo delete <study>` */
export const deleteCommand = defineCommand({
  usage: 'delete <study>',
  describe: 'delete a study with its trials, or the content of one trial, for good; asks first',
  details:
    'It refuses while a process runs trials of the study or retrains its winner. A paused run is not noticed, and ends ' +
    'with an error when it goes on. The folder runs/ stays, but for the checkpoints of the trials.\n\n' +
    'A deleted trial (--trial) keeps its number, since trials are numbered without gaps: it is an empty failed trial, ' +
    'which counts as finished, and says that it was deleted.',
  completes: 'studies',
  positionals: { study: namedStudyArgument },
  options: {
    trial: wholeNumber('trial', 0, 'the number of the trial to delete (default: the study with all trials)'),
    yes: { type: 'boolean', default: false, alias: 'y', describe: 'do not ask' },
    force: { type: 'boolean', default: false, describe: 'delete it even while it is being run; the runs then end' },
    checkpoints: checkpointsOption,
    storage: storageOption,
  },
  examples: [
    ['$0 delete cifar-cnn', 'asks'],
    ['$0 delete cifar-cnn --yes', 'for a script'],
    ['$0 delete cifar-cnn --trial 12', 'one trial that the search is to ignore from now on'],
  ],
  async run({ study, storage: url, trial, yes, force, checkpoints }) {
    const name = await studyName(study);
    await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
      const record = await (trial === undefined ? findStudyToDelete : findStudy)(storage, name);
      if (!force) await refuseWhileRun(storage, record, 'delete');
      const what =
        trial === undefined
          ? await wholeStudy(storage, record)
          : `the content of trial ${trial} of '${name}' in ${storage.label}`;
      if (!yes && !process.stdin.isTTY) {
        throw new HpoError(
          'HPO_INVALID_ARGUMENT',
          `There is no terminal on which to ask whether to delete ${what}; give --yes.`,
        );
      }
      if (!yes && !(await confirm(`Delete ${what}?`))) {
        printLine('Nothing was deleted.');
        return;
      }
      if (trial !== undefined) {
        await deleteTrial({ name, number: trial, storage, checkpoints });
        printLine(`Deleted ${what}; its number stays, as a failed one.`);
        return;
      }
      await storage.deleteStudy(record);
      await removeCheckpoints(record, checkpoints);
      const folder = resultsFolder(name);
      const left = existsSync(folder) ? ` What its runs wrote stays in ${folder}/.` : '';
      printLine(`Deleted ${what}.${left}`);
    });
  },
});

async function wholeStudy(storage: Storage, record: StudyRecord): Promise<string> {
  const counts = await storage.counts(record);
  const trials = Object.values(counts).reduce((sum, each) => sum + each);
  const count = trials === 1 ? '1 trial' : `${trials} trials`;
  const running = counts.RUNNING > 0 ? ` (${counts.RUNNING} running)` : '';
  return `the study '${record.name}' with its ${count}${running} from ${storage.label}`;
}
