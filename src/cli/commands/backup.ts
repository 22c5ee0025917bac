import { HpoError } from '../../base/errors.ts';
import { backupStorage } from '../../storage/backup-storage.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption, text } from '../options.ts';
import { printLine } from '../print.ts';

/** `hpo backup` */
export const backup = defineCommand({
  usage: 'backup',
  describe: 'copy a database as it is at one moment, while runs write to it',
  details:
    'The copy holds all studies, is checked, and appears under its name when it is whole. It is a database like the ' +
    'other: name it by --storage, or put it in the place of a lost one. Folders in runs/ are not copied.',
  options: {
    to: text('the file of the copy (default: beside the database, its name with the time)'),
    force: { type: 'boolean', default: false, describe: 'replace a file that is there already' },
    storage: storageOption,
  },
  examples: [
    ['$0 backup', 'hpo-20261127-114500.db beside hpo.db'],
    ['$0 backup --to /backups/hpo.db --force', 'every night, in place of the last one'],
  ],
  async run({ to, force, storage }) {
    if (to === '') throw new HpoError('HPO_INVALID_ARGUMENT', '--to is empty; name the file of the copy.');
    const waiting = announcedWaiting;
    const { file, storageLabel } = await backupStorage({ storage, overwrite: force, waiting, ...(to && { to }) });
    printLine(`Copied ${storageLabel} to ${file}.`);
  },
});
