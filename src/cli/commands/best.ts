import { pickBest } from '../../study/stored-study.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
import { printData } from '../print.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { formatOption, formatRecord, formatRows, terminalWidth } from '../table.ts';
import { columnsOf, defaultColumns, trialRow } from '../trial-columns.ts';

/** `hpo best [study]` */
export const best = defineCommand({
  usage: 'best [study]',
  describe: 'show the best trial of a study; with several directions, all that no other dominates',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: { storage: storageOption, format: formatOption },
  examples: [
    ['$0 best', 'of the only study in hpo.db'],
    ['$0 best cifar-cnn --format json', 'for a program'],
    ['$0 best --storage sqlite:///other.db', 'of another database'],
  ],
  async run({ study, storage, format }) {
    const stored = await readStudy(study, storage);
    const { name, directions } = stored.record;
    const front = pickBest(stored);
    const columns = defaultColumns(columnsOf(front, directions.length), format, false);
    const rows = front.map((trial) => trialRow(trial, columns, format));
    const named = rows.map((row) => ({ study: name, ...row }));
    const written =
      directions.length === 1
        ? formatRecord(named[0] ?? {}, format)
        : formatRows(format === 'table' ? rows : named, format, { width: terminalWidth() });
    printData(written);
  },
});
