import { extname, join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { CHARTS } from '../../report/charts/index.ts';
import { DEFAULT_WIDTH, LARGEST, LEAST_HEIGHT, LEAST_WIDTH } from '../../report/picture-size.ts';
import { resultsFolder } from '../../runner/results.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, text, wholeNumber } from '../options.ts';
import { writeInFolder, writeOutput } from '../output-file.ts';
import { printData } from '../print.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { checkDirection, parseParams } from '../study-parts.ts';

const FORMATS = ['svg', 'png'] as const;
type PictureFormat = (typeof FORMATS)[number];

/** The pixels of a PNG for one of its width and height: sharp on today's screens and in print. */
const PNG_SCALE = 2;

/** `hpo plot <kind> [study]` */
export const plot = defineCommand({
  usage: 'plot <kind> [study]',
  describe: 'draw one chart of a study as a picture',
  details: CHARTS.map(({ kind, caption }) => `${kind}: ${caption}`).join('\n'),
  completes: 'studies',
  positionals: {
    kind: { choices: CHARTS.map(({ kind }) => kind), demandOption: true, describe: 'the kind of chart' },
    study: studyArgument,
  },
  options: {
    format: {
      choices: FORMATS,
      requiresArg: true,
      coerce: (value: PictureFormat | readonly PictureFormat[] | undefined): PictureFormat | undefined =>
        value === undefined ? undefined : last(value),
      describe: 'svg or png (default: as the name of the file ends, else svg)',
    },
    output: { ...text('the file to write (default: runs/<study>/<kind>.svg)'), alias: 'o' },
    width: {
      ...wholeNumber('width', LEAST_WIDTH, 'the width in pixels; a PNG has twice as many', LARGEST),
      defaultDescription: String(DEFAULT_WIDTH),
    },
    height: wholeNumber('height', LEAST_HEIGHT, 'the height in pixels (default: as the chart needs)', LARGEST),
    direction: wholeNumber('direction', 0, 'with several directions the one to draw, from 0 on (default: 0)'),
    params: text(
      'the parameters to draw, with commas between them (default: all; for a contour the two most important ones)',
    ),
    metric: text('with intermediate-values: the further figure to draw (default: the intermediate values)'),
    log: { type: 'boolean', describe: 'values on a logarithmic axis (default: where they are far apart)' },
    storage: storageOption,
  },
  examples: [
    ['$0 plot history cifar-cnn', 'write runs/cifar-cnn/history.svg'],
    ['$0 plot contour --params learningRate,dropout -o contour.png', 'two parameters, for a slide'],
    ['$0 plot intermediate-values --metric accuracy', 'a further figure of the reports'],
    ['$0 plot slice tuning --storage optuna.db --width 1200', 'of a study that a Python program ran'],
  ],
  async run({
    kind,
    study,
    storage,
    format,
    output,
    width = DEFAULT_WIDTH,
    height,
    direction = 0,
    params,
    metric,
    log,
  }) {
    const stored = await readStudy(study, storage);
    checkDirection(direction, stored);
    const names = params === undefined ? undefined : parseParams(params, stored);
    const { pngOf, studyPlot } = await import('../../report/pictures.ts');
    const { name } = stored.record;
    const choices = {
      width,
      direction,
      ...(height !== undefined && { height }),
      ...(names !== undefined && { params: names }),
      ...(metric !== undefined && { metric }),
      ...(log !== undefined && { log }),
    };
    const svg = studyPlot(stored, kind, choices, (problem) => {
      throw new HpoError('HPO_INVALID_ARGUMENT', `--metric: ${problem}`);
    });
    const wanted = format ?? (output !== undefined && extname(output).toLowerCase() === '.png' ? 'png' : 'svg');
    const picture = wanted === 'png' ? await pngOf(svg, PNG_SCALE) : svg;
    const file = output ?? join(resultsFolder(name), `${kind}.${wanted}`);
    if (output === undefined) writeInFolder(file, picture);
    else writeOutput(file, picture);
    printData(`${file}\n`);
  },
});
