import { inventoryOf } from '../../storage/trial-queries.ts';
import { trialNotes } from '../../study/reading-notes.ts';
import { pickBest } from '../../study/stored-study.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
import { printData } from '../print.ts';
import { note, studyArgument, withStudy } from '../stored-study.ts';
import { formatOption, formatRecord, formatRows, terminalWidth } from '../table.ts';
import { columnsOf, defaultColumns, trialRow, withoutOnlyMachine } from '../trial-columns.ts';

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
    const { name, directions, front } = await withStudy(study, storage, async (opened, record) => {
      const front = await pickBest(opened, record);
      note(trialNotes(record, front));
      return { ...record, front };
    });
    const available = columnsOf(inventoryOf(front), directions.length, false);
    const columns = defaultColumns(available, format, { error: false, reports: false });
    const rows = withoutOnlyMachine(front.map((trial) => trialRow(trial, columns, format)));
    const named = rows.map((row) => ({ study: name, ...row }));
    const written =
      directions.length === 1
        ? formatRecord(named[0] ?? {}, format)
        : formatRows(format === 'table' ? rows : named, format, { width: terminalWidth() });
    printData(written);
  },
});
