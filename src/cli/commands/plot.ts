import { extname, join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import type { Chart } from '../../report/chart.ts';
import { CHARTS } from '../../report/charts/index.ts';
import { resultsFolder } from '../../runner/results.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, text, wholeNumber } from '../options.ts';
import { writeInFolder, writeOutput } from '../output-file.ts';
import { printData } from '../print.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { checkDirection, parseParams } from '../study-parts.ts';

const FORMATS = ['svg', 'png'] as const;
type PictureFormat = (typeof FORMATS)[number];

const DEFAULT_WIDTH = 900;
/** The greatest width and height of a picture: a PNG of both takes 256 MB of memory. */
const LARGEST = 4000;
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
      ...wholeNumber('width', 200, 'the width in pixels; a PNG has twice as many', LARGEST),
      defaultDescription: String(DEFAULT_WIDTH),
    },
    height: wholeNumber('height', 150, 'the height in pixels (default: as the chart needs)', LARGEST),
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
    const { firstView, gatherReport, LIGHT, prefersLog, readRetrained, withParams } = await import(
      '../../report/index.ts'
    );
    const { pngOf, svgPicture } = await import('../../report/pictures.ts');
    const { name } = stored.record;
    const gathered = gatherReport(stored, readRetrained(name, undefined, false), new Date());
    const data = names === undefined ? gathered : withParams(gathered, names);
    const view = {
      ...firstView(data, LIGHT, width),
      objective: direction,
      metric: metric === undefined ? 0 : metricPlace(metric, gathered.metrics, name),
      log: log ?? prefersLog(data, direction),
      ...(names !== undefined && { params: [0, 1] as const }),
    };
    const chart = CHARTS.find((each) => each.kind === kind) as Chart;
    const lacks = chart.lacks(data, view);
    if (lacks !== undefined) {
      throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no ${kind} of the study '${name}' to draw. ${lacks}`);
    }
    const svg = svgPicture(chart, data, view, height);
    const wanted = format ?? (output !== undefined && extname(output).toLowerCase() === '.png' ? 'png' : 'svg');
    const picture = wanted === 'png' ? await pngOf(svg, PNG_SCALE) : svg;
    const file = output ?? join(resultsFolder(name), `${kind}.${wanted}`);
    if (output === undefined) writeInFolder(file, picture);
    else writeOutput(file, picture);
    printData(`${file}\n`);
  },
});

/** The index of a metric in a chart's view. @throws HpoError HPO_INVALID_ARGUMENT naming the metrics of the study. */
function metricPlace(metric: string, metrics: readonly string[], study: string): number {
  const at = metrics.indexOf(metric);
  if (at >= 0) return at + 1;
  const there = metrics.length === 0 ? 'its trials reported none' : `it has ${metrics.join(', ')}`;
  throw new HpoError('HPO_INVALID_ARGUMENT', `--metric: the study '${study}' has no metric '${metric}'; ${there}.`);
}
