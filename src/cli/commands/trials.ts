import { HpoError } from '../../base/errors.ts';
import type { StoredStudy } from '../../study/stored-study.ts';
import { labelledPlot } from '../../text/plots.ts';
import { bestValuesSoFar } from '../../trial/best-trial.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption, text, wholeNumber } from '../options.ts';
import { readStudy, studyArgument } from '../stored-study.ts';
import { formatOption, formatRows, terminalWidth } from '../table.ts';
import { columnsOf, defaultColumns, parseColumn, parseColumns, trialRow } from '../trial-columns.ts';
import { sortTrials } from '../trial-order.ts';

const STATES: readonly TrialState[] = ['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING'];

/** `hpo trials [study]` */
export const trials = defineCommand({
  usage: 'trials [study]',
  describe: 'list the trials of a study',
  details:
    'The columns are trial, state, value (values.0, values.1, … for several directions), curve (what was reported, ' +
    'drawn), duration, started, error, stderr, ' +
    'params.<name>, user.<name> for what was stored with a trial, reports.<step>, and metrics.<step> for what was reported ' +
    'beside; params, user, reports and metrics alone mean all of theirs, and params. may be left out before a name.',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    state: text('only trials in these states: complete, pruned, fail, running, waiting; several with commas'),
    sort: text('the column to sort by: value, duration, started, params.<name>, … (default: the number)'),
    desc: { type: 'boolean', default: false, describe: 'the largest first' },
    limit: wholeNumber('limit', 1, 'at most so many, after sorting'),
    columns: text(
      'the columns to show, with commas between them (default: all but started, error, stderr, reports and metrics)',
    ),
    reports: { type: 'boolean', default: false, describe: 'with the intermediate values and metrics' },
    storage: storageOption,
    format: formatOption,
  },
  examples: [
    ['$0 trials cifar-cnn --sort value --limit 5', 'the five with the smallest value'],
    ['$0 trials --state fail --columns trial,error,stderr', 'why trials failed'],
    ['$0 trials --columns trial,value,params --format csv', 'for a spreadsheet'],
    ['$0 trials --state pruned --reports --format json', 'with what they had reported'],
  ],
  async run({ study, storage, state, sort, desc, limit, columns, reports, format }) {
    const states = state === undefined ? undefined : parseStates(state);
    const stored = await readStudy(study, storage);
    const { directions } = stored.record;
    const available = columnsOf(stored.trials, directions.length);
    const key = sort === undefined ? 'trial' : parseColumn(sort, available, '--sort');
    const named = columns === undefined ? undefined : parseColumns(columns, available, '--columns');
    const steps = reports ? available.filter((column) => /^(reports|metrics)\./.test(column)) : [];
    const chosen =
      named === undefined ? defaultColumns(available, format, reports) : [...new Set([...named, ...steps])];
    const width = terminalWidth();
    const picked = sortTrials(pickStates(stored, states), key, desc).slice(0, limit);
    const rows = picked.map((trial) => trialRow(trial, chosen, format));
    process.stdout.write(formatRows(rows, format, { width, hint: '--columns picks columns, --format csv has all' }));
    if (format === 'table' && width !== undefined) process.stdout.write(bestPlot(stored, width));
  },
});

/** Rows and columns of the plot below the table. */
const PLOT_HEIGHT = 5;
const PLOT_WIDTH = 80;

/** The best value so far, trial by trial; nothing where it never changed, and of several directions. */
function bestPlot({ record: { directions }, trials }: StoredStudy, width: number): string {
  const [direction, ...others] = directions;
  if (direction === undefined || others.length > 0) return '';
  const rows = labelledPlot(bestValuesSoFar(trials, direction), Math.min(width, PLOT_WIDTH), PLOT_HEIGHT);
  if (rows.length < 2) return '';
  return `\nbest value so far, by trial\n${rows.map(({ label, dots }) => `${label}${dots}\n`).join('')}`;
}

function parseStates(list: string): readonly TrialState[] {
  return list.split(',').map((name) => {
    const state = STATES.find((each) => each === name.trim().toUpperCase());
    if (state !== undefined) return state;
    const known = STATES.map((each) => each.toLowerCase()).join(', ');
    throw new HpoError('HPO_INVALID_ARGUMENT', `--state takes ${known}, with commas between them, not '${name}'.`);
  });
}

/** @throws HpoError HPO_NOTHING_TO_SHOW, with the number of trials in each state. */
function pickStates({ record, trials }: StoredStudy, states: readonly TrialState[] | undefined): FrozenTrial[] {
  const picked = trials.filter(({ state }) => states === undefined || states.includes(state));
  if (picked.length > 0) return picked;
  if (states === undefined || trials.length === 0) {
    throw new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' has no trials yet.`);
  }
  const counts = STATES.map((state) => [state, trials.filter((trial) => trial.state === state).length] as const);
  const has = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
  const none = `No trial of the study '${record.name}' is ${states.join(' or ')}`;
  throw new HpoError('HPO_NOTHING_TO_SHOW', `${none}; it has ${has.join(', ')}.`);
}
