import { HpoError } from '../../base/errors.ts';
import { bestSoFar, countsOf } from '../../runner/coordinator/trial-counts.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption } from '../options.ts';
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
    await withStorage(url, { create: false }, async (storage) => {
      const rows: Row[] = [];
      for (const { id, name, directions } of await storage.listStudies()) {
        const { trials } = await storage.changesSince(id);
        const best = bestSoFar(trials, directions)?.value ?? null;
        rows.push({ study: name, direction: directions.join(', '), ...countsOf(trials), best });
      }
      if (rows.length === 0) throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no study in ${storage.url}.`);
      process.stdout.write(formatRows(rows, format, { width: terminalWidth() }));
    });
  },
});
