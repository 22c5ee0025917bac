import { withStorage } from '../../storage/with-storage.ts';
import { loadStudy } from '../../study/open-study.ts';
import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { announcedWaiting } from '../announced-waiting.ts';
import { defineCommand } from '../define-command.ts';
import { last, storageOption, wholeNumber } from '../options.ts';
import { printLine } from '../print.ts';
import { warnOfUnused } from '../reporting.ts';
import { namedStudyArgument, studyName } from '../stored-study.ts';
import {
  TOLD_STATES,
  type ToldConstraint,
  type ToldState,
  toldConstraint,
  toldNumber,
  toldResult,
} from '../told-values.ts';

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
        value === undefined ? undefined : [value].flat().map((text) => toldNumber(text)),
    },
    constraint: {
      type: 'string',
      requiresArg: true,
      describe: 'a constraint, met at 0 or below: name=value; once for each',
      coerce: (value: string | readonly string[] | undefined): readonly ToldConstraint[] =>
        value === undefined ? [] : [value].flat().map(toldConstraint),
    },
    state: {
      choices: TOLD_STATES,
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
      const told = toldResult(value, state, study.directions.length);
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

function stateText({ state, values }: FrozenTrial): string {
  return values === null ? state : `${state} with ${values.join(' and ')}`;
}
