import { variantNames } from '../../space/nested-params.ts';
import { trialNotes } from '../../study/reading-notes.ts';
import { pickTrial } from '../../study/stored-study.ts';
import { type ExportFormat, WRITERS } from '../configuration.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, text, wholeNumber } from '../options.ts';
import { writeOutput } from '../output-file.ts';
import { printData } from '../print.ts';
import { note, studyArgument, withStudy } from '../stored-study.ts';

/** `hpo export [study]` */
export const exportCommand = defineCommand({
  usage: 'export [study]',
  describe: 'write the best configuration for a program to read',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    format: {
      choices: Object.keys(WRITERS) as ExportFormat[],
      default: 'json' as ExportFormat,
      requiresArg: true,
      coerce: (value: ExportFormat | readonly ExportFormat[]): ExportFormat => last(value),
      describe: 'json, yaml, a typed TypeScript module, or environment variables',
    },
    trial: wholeNumber(
      'trial',
      0,
      'the number of the trial to take (default: the best; needed with several directions)',
    ),
    output: { ...text('the file to write (default: standard output)'), alias: 'o' },
    storage: storageOption,
  },
  examples: [
    ['$0 export cifar-cnn --format ts -o src/best.ts', 'a typed constant'],
    ['$0 export cifar-cnn --format env > best.env', 'variables for a shell'],
    ['$0 export cifar-cnn --trial 12', 'not the best trial'],
  ],
  async run({ study, storage, trial, format, output }) {
    const configuration = await withStudy(study, storage, async (opened, record) => {
      const picked = await pickTrial(opened, record, trial);
      note(trialNotes(record, [picked]));
      const { number, values, params, distributions } = picked;
      const { parameters } = await opened.inventory(record);
      const known = parameters.flatMap((each) =>
        each.distributions.map((distribution) => [each.name, distribution] as const),
      );
      const variants = variantNames(known);
      return { study: record.name, trial: number, values, params, distributions, variants };
    });
    const written = WRITERS[format](configuration);
    if (output === undefined) printData(written);
    else writeOutput(output, written);
  },
});
