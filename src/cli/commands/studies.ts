import { HpoError } from '../../base/errors.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { unreadableStudy } from '../../study/reading-notes.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
import { printData, printLine } from '../print.ts';
import { formatOption, formatRows, type Row, terminalWidth } from '../table.ts';

/** `hpo studies` */
export const studies = defineCommand({
  usage: 'studies',
  describe: 'list the studies in a database',
  options: { storage: storageOption, format: formatOption },
  examples: [
    ['$0 studies --storage other.db', 'of another database'],
    ['$0 studies --format json', 'for a program'],
  ],
  async run({ storage: url, format }) {
    await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
      const rows: Row[] = [];
      for (const study of await storage.listStudies()) {
        const { COMPLETE: complete, PRUNED: pruned, FAIL: failed } = await storage.counts(study);
        if (study.unreadable !== undefined) {
          printLine(`hpo: ${unreadableStudy(study.name, study.unreadable)}`, process.stderr);
        }
        const isSingle = study.directions.length === 1;
        const [best] = isSingle ? await storage.bestTrials(study, 1) : [];
        const direction = study.directions.length === 0 ? null : study.directions.join(', ');
        rows.push({ study: study.name, direction, complete, pruned, failed, best: best?.values?.[0] ?? null });
      }
      if (rows.length === 0) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storage.label}.`);
      printData(formatRows(rows, format, { width: terminalWidth() }));
    });
  },
});
