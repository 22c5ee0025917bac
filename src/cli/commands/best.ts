import { command } from '../command.ts';
import { storageOption } from '../options.ts';
import { pickTrial, readStudy, studyArgument } from '../stored-study.ts';
import { formatOption, formatRecord } from '../table.ts';
import { trialRow } from '../trial-row.ts';

/** `hpo best [study]` */
export const best = command({
  usage: 'best [study]',
  describe: 'show the best trial of a study',
  positionals: { study: studyArgument },
  options: { storage: storageOption, format: formatOption },
  examples: [['$0 best cifar-cnn --format json', 'for a program']],
  async run({ study, storage, format }) {
    const stored = await readStudy(study, storage);
    const row = trialRow(pickTrial(stored, undefined));
    process.stdout.write(formatRecord({ study: stored.record.name, ...row }, format));
  },
});
