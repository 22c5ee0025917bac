import { existsSync } from 'node:fs';
import { resultsFolder } from '../../runner/results.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { findStudy } from '../../study/find-study.ts';
import { renameStudy } from '../../study/rename-study.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
import { printLine } from '../print.ts';
import { namedStudyArgument, refuseWhileRun, studyName } from '../stored-study.ts';

/** `hpo rename <study> <new>` */
export const rename = defineCommand({
  usage: 'rename <study> <new>',
  describe: 'give a study another name in the database',
  details:
    'It refuses while a process runs trials of the study or retrains its winner. Its file names it, too, and has to be ' +
    'changed by hand; the folder runs/<study>/ keeps the old name.',
  completes: 'studies',
  positionals: {
    study: namedStudyArgument,
    new: { type: 'string', demandOption: true, describe: 'its new name' },
  },
  options: {
    force: { type: 'boolean', default: false, describe: 'rename it even while it is being run; the runs then end' },
    storage: storageOption,
  },
  examples: [['$0 rename cifar-cnn cifar-cnn-2025', 'and its trials stay as they are']],
  async run({ study, new: newName, storage: url, force }) {
    const name = await studyName(study);
    await withStorage(url, { create: false }, async (storage) => {
      if (!force) await refuseWhileRun(storage, await findStudy(storage, name), 'rename');
      await renameStudy({ name, newName, storage });
      const folder = resultsFolder(name);
      const left = existsSync(folder) ? ` What its runs wrote stays in ${folder}/.` : '';
      printLine(`Renamed the study '${name}' to '${newName}' in ${storage.label}; name it so in its file, too.${left}`);
    });
  },
});
