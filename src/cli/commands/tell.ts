import { HpoError } from '../../base/errors.ts';
import { withStorage } from '../../storage/with-storage.ts';
import { loadStudy } from '../../study/open-study.ts';
import type { Told } from '../../study/trial/outcome.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, wholeNumber } from '../options.ts';
import { printLine } from '../print.ts';
import { warnOfUnused } from '../reporting.ts';
import { namedStudyArgument, studyName } from '../stored-study.ts';

const STATES = ['complete', 'pruned', 'fail'] as const;
type ToldState = (typeof STATES)[number];

/** `hpo tell <study>` */
export const tell = defineCommand({
  usage: 'tell <study>',
  describe: 'finish a trial that `hpo ask` has started, with its value or its state',
  details: `A value makes the trial COMPLETE; nan makes it FAIL, as in Optuna. inf and --value=-inf are values.`,
  completes: 'studies',
  positionals: { study: namedStudyArgument },
  options: {
    trial: { ...wholeNumber('trial', 0, 'the number of the trial'), demandOption: true },
    value: {
      type: 'string',
      requiresArg: true,
      describe: 'its value; once for each direction of the study',
      coerce: (value: string | readonly string[] | undefined): readonly number[] | undefined =>
        value === undefined ? undefined : [value].flat().map((text) => parseValue(text)),
    },
    constraint: {
      type: 'string',
      requiresArg: true,
      describe: 'a constraint, met at 0 or below: name=value; once for each',
      coerce: (value: string | readonly string[] | undefined): readonly Constraint[] =>
        value === undefined ? [] : [value].flat().map(parseConstraint),
    },
    state: {
      choices: STATES,
      requiresArg: true,
      coerce: (value: ToldState | readonly ToldState[]): ToldState => last(value),
      describe: 'its final state (default: complete)',
    },
    'skip-if-finished': {
      type: 'boolean',
      default: false,
      describe: 'leave a trial that is finished already as it is',
    },
    storage: storageOption,
  },
  examples: [
    ['$0 tell tuning --trial 3 --value 0.31', 'it is complete'],
    ['$0 tell tuning --trial 3 --value 0.31 --value 120', 'with two directions'],
    ['$0 tell tuning --trial 3 --value 0.31 --constraint memory=-12', 'with a constraint, which it meets'],
    ['$0 tell tuning --trial 3 --state fail', 'it has none'],
  ],
  async run({
    study: given,
    trial: number = 0,
    value,
    constraint = [],
    state,
    'skip-if-finished': skip,
    storage: url,
  }) {
    const name = await studyName(given);
    await withStorage(url, { create: false, waiting: announcedWaiting }, async (storage) => {
      const study = await loadStudy({ name, storage });
      warnOfUnused(study);
      const told = resultOf(value, state, study.directions.length);
      const before = (await study.trials())[number];
      if (skip && before !== undefined && isFinished(before.state)) {
        printLine(`Trial ${number} of '${name}' is ${stateText(before)} already; left as it is.`);
        return;
      }
      for (const { name, bound } of constraint) await study.setConstraint(number, name, bound);
      const { trial, outcome } = await study.tell(number, told);
      const why = outcome.failure === undefined ? '' : `: ${outcome.failure.message}`;
      printLine(`Trial ${number} of '${name}' is ${stateText(trial)}${why}`);
    });
  },
});

/**
 * The options as the argument of `Study.tell`.
 * @throws HpoError HPO_INVALID_ARGUMENT where they contradict each other.
 */
function resultOf(values: readonly number[] | undefined, state: ToldState | undefined, directions: number): Told {
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', problem);
  };
  if (state === 'pruned' || state === 'fail') {
    return values === undefined
      ? (state.toUpperCase() as 'PRUNED' | 'FAIL')
      : refuse(`--state ${state} takes no --value; leave one of them out.`);
  }
  const needed = directions === 1 ? 'give --value once' : `give --value ${directions} times, one for each direction`;
  if (values === undefined) return refuse(`The trial has no result; ${needed}, or --state pruned or fail.`);
  if (values.length !== directions) return refuse(`The study takes another number of values; ${needed}.`);
  if (state === 'complete' && values.some(Number.isNaN)) return refuse('--state complete takes no nan; give numbers.');
  return values;
}

interface Constraint {
  readonly name: string;
  readonly bound: number;
}

function parseConstraint(text: string): Constraint {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new HpoError('HPO_INVALID_ARGUMENT', `--constraint takes name=value, not '${text}'.`);
  return { name: text.slice(0, at), bound: parseValue(text.slice(at + 1), '--constraint') };
}

function parseValue(text: string, option = '--value'): number {
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text.trim());
  if (named !== null) {
    const value = named[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return named[1] === '-' ? -value : value;
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  if (!Number.isNaN(value)) throw new HpoError('HPO_INVALID_ARGUMENT', `${option} ${text} is too large; write inf.`);
  throw new HpoError('HPO_INVALID_ARGUMENT', `${option} takes a number, inf or nan, not '${text}'.`);
}

function stateText({ state, values }: FrozenTrial): string {
  return values === null ? state : `${state} with ${values.join(' and ')}`;
}
