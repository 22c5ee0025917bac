import { HpoError } from '../../base/errors.ts';
import { estimateImportance, type ImportanceEstimate } from '../../importance/estimate.ts';
import { fanova } from '../../importance/fanova/fanova.ts';
import { pedAnova } from '../../importance/ped-anova/ped-anova.ts';
import type { StoredStudy } from '../../study/stored-study.ts';
import { textWidth } from '../../text/columns.ts';
import { bar } from '../../text/format.ts';
import { shortNames } from '../../text/short-names.ts';
import { lossesOf } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, text, wholeNumber } from '../options.ts';
import { printData, printLine, printText } from '../print.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { checkDirection, parseParams } from '../study-parts.ts';
import { formatOption, formatRows, type Row, terminalWidth } from '../table.ts';

const EVALUATORS = { 'ped-anova': pedAnova, fanova } as const;
type EvaluatorName = keyof typeof EVALUATORS;

/** `hpo importance [study]` */
export const importance = defineCommand({
  usage: 'importance [study]',
  describe: 'show how much each parameter matters for the values of the trials of a study',
  details:
    'ped-anova asks what sets the best tenth of the trials apart, and takes all parameters; fanova learns the objective ' +
    'from trials that a random sampler spread over the space, and takes those that all complete trials have. ' +
    'low and high are an interval: it holds the importance in nine of ten samples of as many trials (bootstrap).',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    evaluator: {
      choices: Object.keys(EVALUATORS) as EvaluatorName[],
      default: 'ped-anova' as EvaluatorName,
      requiresArg: true,
      coerce: (value: EvaluatorName | readonly EvaluatorName[]): EvaluatorName => last(value),
      describe: 'how importance is measured',
    },
    params: text('the parameters to assess, with commas between them (default: all that the evaluator takes)'),
    direction: wholeNumber(
      'direction',
      0,
      'with several directions the one to explain, from 0 on (default: the Pareto front, by ped-anova)',
    ),
    storage: storageOption,
    format: formatOption,
  },
  examples: [
    ['$0 importance cifar-cnn', 'which parameters the best trials have in common'],
    [
      '$0 importance --evaluator fanova --params learningRate,dropout',
      'two of them, by how much of the values they explain',
    ],
    ['$0 importance two --direction 1 --format json', 'for the second of several directions'],
  ],
  async run({ study, storage, evaluator, params, direction, format }) {
    const stored = await readStudy(study, storage);
    const found = estimateImportance(
      { directions: stored.record.directions, trials: stored.trials },
      {
        evaluator: EVALUATORS[evaluator](),
        ...(params !== undefined && { params: parseParams(params, stored) }),
        ...(direction !== undefined && { target: lossIn(direction, stored) }),
      },
    );
    if (found.params.length === 0) {
      const none = `The study '${stored.record.name}' has no parameter that ${evaluator} takes`;
      throw new HpoError('HPO_NOTHING_TO_SHOW', `${none}; see \`hpo importance --help\`.`);
    }
    const rows = found.params.map((estimate) => ({ ...estimate }));
    const width = terminalWidth();
    printData(formatRows(format === 'table' ? withBars(rows, width) : rows, format, { width }));
    if (found.doubt === undefined) return;
    if (format === 'table') printText(`\n${found.doubt}\n`);
    else printLine(`hpo: ${found.doubt}`, process.stderr); // a reader of the rows does not expect it among them
  },
});

/** A trial's loss in one of the study's directions. @throws HpoError HPO_INVALID_ARGUMENT if the study has fewer. */
function lossIn(at: number, stored: StoredStudy): (trial: FrozenTrial) => number {
  checkDirection(at, stored);
  const { directions } = stored.record;
  return ({ values }) => lossesOf(values ?? [], directions)[at] ?? Number.NaN;
}

/** The most characters of a bar, the fewest that long names leave it, and the fewest of a name. */
const LONGEST_BAR = 40;
const LEAST_BAR = 10;
const LEAST_NAME = 12;
/**
 * The columns beside a bar and a name: three digits behind the point, the interval, and the gaps between four columns.
 */
const BESIDES = 'importance'.length + '0.000–0.000'.length + 6;

/** The rows for people: the most important parameter's bar is the longest. @param width of the terminal, if any. */
function withBars(rows: readonly ImportanceEstimate[], width = Infinity): Row[] {
  const short = shortNames(
    rows.map(({ param }) => param),
    Math.max(LEAST_NAME, width - BESIDES - LEAST_BAR),
  );
  const names = Math.max(...['param', ...short].map(textWidth));
  const longest = Math.max(1, Math.min(LONGEST_BAR, width - names - BESIDES));
  const greatest = rows[0]?.importance ?? 1;
  return rows.map(({ importance: share, low, high }, at) => ({
    param: short[at] ?? '',
    importance: share.toFixed(3),
    interval: `${low.toFixed(3)}–${high.toFixed(3)}`,
    share: bar(share / greatest, longest),
  }));
}
