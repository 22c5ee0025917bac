import { join } from 'node:path';
import { resultsFolder } from '../../runner/results.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption, text } from '../options.ts';
import { writeInFolder, writeOutput } from '../output-file.ts';
import { printData } from '../print.ts';
import { readTrials, studyArgument, withStudy } from '../stored-study.ts';

/** `hpo report [study]` */
export const report = defineCommand({
  usage: 'report [study]',
  describe: 'write a study with its charts into one HTML file, to be opened anywhere',
  details:
    'The file needs no network and nothing beside it. It shows the best trial, the retrained winner (if there is ' +
    'runs/<study>/retrain/), charts of the search, and all trials in a table to be searched and sorted. With more than ' +
    '10,000 trials the charts and the table show an even selection, the best, and those that improved on all before them.',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    output: { ...text('the file to write (default: runs/<study>/report.html)'), alias: 'o' },
    images: {
      type: 'boolean',
      default: true,
      describe: "show pictures of the retrained winner's images; --no-images: leave them out",
    },
    storage: storageOption,
  },
  examples: [
    ['$0 report cifar-cnn', 'write runs/cifar-cnn/report.html'],
    ['$0 report tuning --storage optuna.db -o tuning.html', 'of a study that a Python program ran'],
  ],
  async run({ study, storage, output, images }) {
    const { pageScript, studyReport } = await import('../../report/index.ts');
    const [script, stored] = await withStudy(study, storage, (opened, record) =>
      Promise.all([pageScript(), readTrials(opened, record)]),
    );
    const page = studyReport(stored, script, images, new Date());
    const { name } = stored.record;
    const file = output ?? join(resultsFolder(name), 'report.html');
    if (output === undefined) writeInFolder(file, page);
    else writeOutput(file, page);
    printData(`${file}\n`);
  },
});
