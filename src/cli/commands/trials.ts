import { HpoError } from '../../base/errors.ts';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
import { boundNotes, trialNotes } from '../../study/reading-notes.ts';
import { ERROR_KEY } from '../../study/study-keys.ts';
import { labelledPlot } from '../../text/plots.ts';
import { bestResultsSoFar } from '../../trial/best-trial.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { defineCommand } from '../define-command.ts';
import { storageOption, text, wholeNumber } from '../options.ts';
import { printData } from '../print.ts';
import { note, studyArgument, withStudy } from '../stored-study.ts';
import { formatOption, formatRows, type Row, terminalWidth } from '../table.ts';
import {
  BY_STEP,
  columnsOf,
  defaultColumns,
  parseColumn,
  parseColumns,
  trialRow,
  withoutOnlyMachine,
} from '../trial-columns.ts';
import { hasStderr, listTrialPages } from '../trial-pages.ts';

const STATES: readonly TrialState[] = ['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING'];

/** `hpo trials [study]` */
export const trials = defineCommand({
  usage: 'trials [study]',
  describe: 'list the trials of a study',
  details:
    'The columns are trial, state, value (values.0, values.1, … for several directions), curve (a drawing of ' +
    'the reports), duration, started, machine (the host that runs the trial, or ran it), error, stderr, ' +
    'params.<name>, user.<name> for the user attributes, reports.<step>, and metrics.<step>.<name> for the ' +
    'further figures reported; params, user, reports and metrics alone mean all such columns; the prefix params. may be left out.',
  completes: 'studies',
  positionals: { study: studyArgument },
  options: {
    state: text('only trials in these states: complete, pruned, fail, running, waiting; several with commas'),
    sort: text('the column to sort by: value, duration, started, params.<name>, … (default: the number)'),
    desc: { type: 'boolean', default: false, describe: 'the largest first' },
    limit: wholeNumber(
      'limit',
      1,
      'the most trials to show, after sorting (default: 50 in a table on a terminal, else all)',
    ),
    columns: text(
      'the columns to show, with commas between them (default: all but started, error, stderr, reports and metrics, ' +
        'and machine where there is only one)',
    ),
    reports: { type: 'boolean', default: false, describe: 'with the intermediate values and metrics' },
    storage: storageOption,
    format: formatOption,
  },
  examples: [
    ['$0 trials cifar-cnn --sort value --limit 5', 'the five with the smallest value'],
    ['$0 trials --state fail --columns trial,error,stderr', 'why trials failed'],
    ['$0 trials --columns trial,value,params --format csv', 'for a spreadsheet'],
    ['$0 trials --state pruned --reports --format json', 'with their reports'],
  ],
  async run({ study, storage: url, state, sort, desc, limit, columns, reports, format }) {
    const states = state === undefined ? undefined : parseStates(state);
    const written = await withStudy(study, url, async (storage, record) => {
      const total = await countListed(storage, record, states);
      const inventory = await storage.inventory(record);
      const isAsked = columns !== undefined || sort !== undefined || (format !== 'table' && format !== 'value');
      const error = inventory.systemAttrs.includes(ERROR_KEY);
      const stderr = isAsked && error && (await hasStderr(storage, record)); // reads failures until it finds one
      const available = columnsOf(inventory, record.directions.length, stderr);
      const column = sort === undefined ? 'trial' : parseColumn(sort, available, '--sort');
      const named = columns === undefined ? undefined : parseColumns(columns, available, '--columns');
      const steps = reports ? available.filter((each) => BY_STEP.test(each)) : [];
      const chosen =
        named === undefined
          ? defaultColumns(available, format, { error, reports })
          : [...new Set([...named, ...steps])];
      const width = terminalWidth();
      const isForPeople = format === 'table' && width !== undefined;
      const most = limit ?? (isForPeople ? MOST_AT_ONCE : Number.POSITIVE_INFINITY);
      const rows: Row[] = [];
      const partial: FrozenTrial[] = [];
      const listing = { states, column, descending: desc, limit: most };
      for await (const page of listTrialPages(storage, record, listing)) {
        for (const trial of page) rows.push(trialRow(trial, chosen, format));
        partial.push(...page.filter(({ unreadable }) => unreadable !== undefined));
      }
      note([...trialNotes(record, partial), ...boundNotes(inventory.parameters)]);
      const shown = named === undefined ? withoutOnlyMachine(rows) : rows;
      const table = formatRows(shown, format, { width, hint: '--columns picks columns, --format csv has all' });
      if (!isForPeople) return table;
      const more = limit === undefined && total > rows.length ? moreLine(rows.length, total) : '';
      return table + more + (await bestPlot(storage, record, width));
    });
    printData(written);
  },
});

/** The most trials that a terminal shows by default. */
const MOST_AT_ONCE = 50;

function moreLine(shown: number, total: number): string {
  const others = total - shown;
  const more = `${others} more ${others === 1 ? 'trial' : 'trials'}`;
  return `\n${more}; --limit ${total} shows all, --sort and --desc choose the first.\n`;
}

/** The height of the plot below the table, in rows. */
const PLOT_HEIGHT = 5;
const PLOT_WIDTH = 80;

/** A plot of the best value so far, trial by trial; '' where it never changed, and with several directions. */
async function bestPlot(storage: Storage, record: StudyRecord, width: number): Promise<string> {
  const [direction, ...others] = record.directions;
  if (direction === undefined || others.length > 0) return '';
  const [results, counts] = await Promise.all([storage.results(record), storage.counts(record)]);
  const best = bestResultsSoFar(results, countOf(counts, STATES), direction);
  const rows = labelledPlot(best, Math.min(width, PLOT_WIDTH), PLOT_HEIGHT);
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

type Counts = Readonly<Record<TrialState, number>>;

function countOf(counts: Counts, states: readonly TrialState[]): number {
  return [...new Set(states)].reduce((sum, state) => sum + counts[state], 0);
}

/**
 * The number of trials in these states.
 * @throws HpoError HPO_NOTHING_TO_SHOW, with the number of trials in each state.
 */
async function countListed(
  storage: Storage,
  record: StudyRecord,
  states: readonly TrialState[] = STATES,
): Promise<number> {
  const counts = await storage.counts(record);
  const picked = countOf(counts, states);
  if (picked > 0) return picked;
  if (countOf(counts, STATES) === 0) {
    throw new HpoError('HPO_NOTHING_TO_SHOW', `The study '${record.name}' has no trials yet.`);
  }
  const has = STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  const none = `No trial of the study '${record.name}' is ${states.join(' or ')}`;
  throw new HpoError('HPO_NOTHING_TO_SHOW', `${none}; it has ${has.join(', ')}.`);
}
