import { HpoError } from '../../base/errors.ts';
import { parseIdentity } from '../../machine/process-identity.ts';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
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
  details:
    'The column machines counts the hosts that run trials of a study now, as far as leases of hpo name them; ' +
    'hpo dashboard shows each of them, and when it gave its last sign of life.',
  options: { storage: storageOption, format: formatOption },
  examples: [
    ['$0 studies --storage other.db', 'of another database'],
    ['$0 studies --format json', 'for a program'],
  ],
  async run({ storage: url, format }) {
    await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
      const rows: Row[] = [];
      for (const study of await storage.listStudies()) {
        const { COMPLETE: complete, PRUNED: pruned, FAIL: failed, RUNNING: running } = await storage.counts(study);
        const machines = running === 0 ? 0 : await countMachines(storage, study);
        if (study.unreadable !== undefined) {
          printLine(`hpo: ${unreadableStudy(study.name, study.unreadable)}`, process.stderr);
        }
        const isSingle = study.directions.length === 1;
        const [best] = isSingle ? await storage.bestTrials(study, 1) : [];
        const direction = study.directions.length === 0 ? null : study.directions.join(', ');
        const value = best?.values?.[0] ?? null;
        rows.push({ study: study.name, direction, complete, pruned, failed, best: value, running, machines });
      }
      if (rows.length === 0) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storage.label}.`);
      printData(formatRows(rows, format, { width: terminalWidth() }));
    });
  },
});

/** The number of hosts whose processes run trials of a study. */
async function countMachines(storage: Storage, study: StudyRecord): Promise<number> {
  const leases = await storage.leases(study);
  return new Set(leases.flatMap(({ process }) => parseIdentity(process)?.host ?? [])).size;
}
