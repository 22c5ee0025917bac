import { existsSync } from 'node:fs';
import { HpoError } from '../../base/errors.ts';
import { resultsFolder } from '../../runner/results.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { findStudy } from '../../study/find-study.ts';
import { confirm } from '../confirm.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
import { printLine } from '../print.ts';
import { namedStudyArgument, refuseWhileRun, studyName } from '../stored-study.ts';

/** `hpo delete <study>` */
export const deleteCommand = defineCommand({
  usage: 'delete <study>',
  describe: 'delete a study with its trials from the database, for good; it asks before',
  details:
    'It refuses while somebody runs trials of the study or retrains its winner; a run that is paused is not seen, and ends ' +
    'with an error when it goes on. The folder runs/ stays.',
  completes: 'studies',
  positionals: { study: namedStudyArgument },
  options: {
    yes: { type: 'boolean', default: false, alias: 'y', describe: 'do not ask' },
    force: { type: 'boolean', default: false, describe: 'delete it though it is being run; the runs then end' },
    storage: storageOption,
  },
  examples: [
    ['$0 delete cifar-cnn', 'asks'],
    ['$0 delete cifar-cnn --yes', 'for a script'],
  ],
  async run({ study, storage: url, yes, force }) {
    const name = await studyName(study);
    await withStorage(url, { create: false }, async (storage) => {
      const record = await findStudy(storage, name);
      if (!force) await refuseWhileRun(storage, record, 'delete');
      const counts = await storage.counts(record);
      const running = counts.RUNNING;
      const trials = Object.values(counts).reduce((sum, each) => sum + each);
      const count = trials === 1 ? '1 trial' : `${trials} trials`;
      const what = `the study '${name}' with its ${count}${running > 0 ? ` (${running} running)` : ''} from ${storage.label}`;
      if (!yes && !process.stdin.isTTY) {
        throw new HpoError('HPO_INVALID_ARGUMENT', `Nobody can be asked whether to delete ${what}; give --yes.`);
      }
      if (!yes && !(await confirm(`Delete ${what}?`))) {
        printLine('Nothing was deleted.');
        return;
      }
      await storage.deleteStudy(record);
      const folder = resultsFolder(name);
      const left = existsSync(folder) ? ` What its runs wrote stays in ${folder}/.` : '';
      printLine(`Deleted ${what}.${left}`);
    });
  },
});
