import { HpoError } from '../../errors.ts';
import { command } from '../command.ts';
import { storageOption } from '../options.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { formatOption, formatRows } from '../table.ts';
import { trialRow } from '../trial-row.ts';

/** `hpo trials [study]` */
export const trials = command({
  usage: 'trials [study]',
  describe: 'list the trials of a study',
  positionals: { study: studyArgument },
  options: { storage: storageOption, format: formatOption },
  examples: [['$0 trials cifar-cnn --format csv', 'for a spreadsheet']],
  async run({ study, storage, format }) {
    const stored = await readStudy(study, storage);
    if (stored.trials.length === 0) {
      throw new HpoError('HPO_NOTHING_TO_SHOW', `The study '${stored.record.name}' has no trials yet.`);
    }
    process.stdout.write(formatRows(stored.trials.map(trialRow), format));
  },
});
