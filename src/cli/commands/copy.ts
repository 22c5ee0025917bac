import { copyStudy } from '../../study/copy-study.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption, text } from '../options.ts';
import { printLine } from '../print.ts';
import { namedStudyArgument, note, studyName } from '../stored-study.ts';

/** `hpo copy <study> [new]` */
export const copy = defineCommand({
  usage: 'copy <study> [new]',
  describe: 'copy a study with its trials, under another name or to another database',
  details:
    'The copy is the study as it is now, as Optuna copies one: running trials stay so in the copy, though ' +
    'nobody runs them there. The copy appears when it is whole. Folders in runs/ are not copied, nor are checkpoints.',
  completes: 'studies',
  positionals: {
    study: namedStudyArgument,
    new: { type: 'string', describe: 'the name of the copy (default: the same one, with --to)' },
  },
  options: {
    to: text('the database that the copy goes to, made where it is missing (default: the same one)'),
    storage: storageOption,
  },
  examples: [
    ['$0 copy cifar-cnn before-the-change', 'in the same database'],
    ['$0 copy cifar-cnn --to sqlite:///archive.db', 'to another one'],
  ],
  async run({ study, new: given, to, storage }) {
    const name = await studyName(study);
    const newName = given ?? name;
    const copied = await copyStudy({ name, newName, storage, ...(to !== undefined && { toStorage: to }) });
    const { trials, storageLabel, notes } = copied;
    note(notes);
    const count = trials === 1 ? '1 trial' : `${trials} trials`;
    printLine(`Copied the study '${name}' with its ${count} to '${newName}' in ${storageLabel}.`);
  },
});
