import { constants } from 'node:os';
import { checkFields, checkOption, type Fields, numberFrom, refusal, text, wrongValue } from '../base/option-checks.ts';
import { ownValue } from '../base/own-value.ts';
import type { ParamValue } from '../space/distribution.ts';
import type { ObjectiveResult, Settings } from '../study/definition/definition.ts';
import type { CommandContext } from './command-context.ts';
import { CommandLine } from './command-line.ts';
import { type CommandPlan, runCommand } from './command-run.ts';
import { noFlag } from './placeholder.ts';
import { isKnown, SETTING_PREFIX, unknownPlaceholder } from './trial-inputs.ts';

/** The options of {@link command}. */
export interface CommandOptions {
  /**
   * The command: a line, or its words. A line is split into words as a POSIX shell would (`'…'`, `"…"` and `\` quote),
   * but there is no shell. In both, `{name}` stands for
   *
   * - a parameter; one of a branch by its stored name, `{optimizer.adam.beta1}`. Where that branch was not chosen, and
   *   where the value is null, the word is left out, and with `--beta1 {optimizer.adam.beta1}` the option before it
   *   too;
   * - `{settings.epochs}`, a setting of the study (under `hpo run`);
   * - `{trial}`, `{seed}`, `{studySeed}`: the trial's number and seed, and the study's seed;
   * - `{paramsFile}`: a JSON file of all parameters, there until the program ends;
   * - `{checkpointFolder}`, `{lastCheckpoint}`, `{resumedStep}`: see checkpoints below; the latter two are left out, as
   *   null is, where the trial begins.
   *
   * True and false are written so, `--amp true`; for a flag write `{amp?--amp}`, which is `--amp` for true and left out
   * for false, or `{amp?--amp:--no-amp}`, with the text for false behind the colon (a text may be empty, and is one
   * word).
   *
   * A value stays inside its word, whatever it holds. `{{` and `}}` are braces. For pipes and the like, run a shell and
   * let it take the values from the environment; values do not belong into a shell's script:
   * `['sh', '-c', 'python train.py --lr "$HPO_PARAM_LEARNING_RATE" 2>&1 | tee train.log']`.
   */
  readonly run: string | readonly string[];
  /** The program's working directory. Default: the working directory of this process. */
  readonly cwd?: string;
  /** Variables to add to the environment, literally; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The signal by which the program learns that its trial is pruned. Default `SIGTERM`. */
  readonly pruneSignal?: NodeJS.Signals;
  /** The time in milliseconds that a program may take to end after `pruneSignal` before it is killed. Default 5000. */
  readonly graceMs?: number;
}

/** The parts of a study that placeholders may name. */
export interface CommandStudy {
  readonly space: { readonly distributions: Readonly<Record<string, unknown>> };
  readonly settings?: Settings;
}

/** An objective that runs a program. */
export interface CommandObjective {
  (context: CommandContext): Promise<ObjectiveResult>;
  /** Checks the placeholders. @throws HpoError HPO_INVALID_STUDY if one names nothing that the study has. */
  checkStudy(study: CommandStudy): void;
}

/**
 * An objective that runs any program as a trial, in whatever language.
 *
 * **Input.** It gets its parameters in three ways: as arguments, by placeholders in `run`; in the environment, as
 * `HPO_PARAM_LEARNING_RATE` for `learningRate` (`HPO_PARAM_OPTIMIZER_ADAM_BETA1` for one of a branch; none for one that
 * is null); and as JSON, in `HPO_PARAMS` and in the file named by `HPO_PARAMS_FILE`, as an objective receives them.
 * `HPO_TRIAL`, `HPO_SEED`, `HPO_STUDY_SEED` and `HPO_SETTINGS` (JSON) are set, too. Its stdin is empty.
 * `PYTHONUNBUFFERED` is set: programs in other languages flush their stdout after each report.
 *
 * **Output**, in lines of JSON on stdout: `{"step": 3, "value": 0.61, "accuracy": 0.8}` reports an intermediate value
 * (the first of a step counts), with further figures of its step as `trial.report()` takes them; `{"value": 0.53}`, or
 * `{"values": [0.53, 12]}` for several directions, is the trial's value (the last such line counts, and without one the
 * last reported value), and further figures beside it are user attributes; `{"attr": {"device": "cpu"}}` sets user
 * attributes. Anything else in such a line that is no number is not kept, which the log says. NaN, Infinity and
 * -Infinity are understood. All other lines, and its stderr, go to the run's log.
 *
 * **Checkpoints.** A program that can go on after an interruption writes the state after step 3 as a file or a folder of
 * its own into `HPO_CHECKPOINT_FOLDER`, `$HPO_CHECKPOINT_FOLDER/3`, and then prints `{"checkpoint": 3}`, or with another
 * name `{"checkpoint": 3, "path": "epoch=3.ckpt"}`. hpo moves it into the trial's checkpoints; a half-written one never
 * counts. When the interrupted trial is run again, its reports after that step are dropped, and `HPO_LAST_CHECKPOINT` is
 * the path of the newest one, `HPO_RESUMED_STEP` its step. Without such lines it starts over, and `HPO_CHECKPOINT_FOLDER`
 * is empty at each start.
 *
 * **End.** With exit code 0 and a value the trial is COMPLETE. When the pruner holds the trial for hopeless the program
 * gets `pruneSignal` and `graceMs` to end; the trial is PRUNED however it ends then. An aborted trial's (its time is
 * up) gets SIGTERM and one second. Signals go to all of its process group. The processes that it has started are killed
 * when it ends, and it with them when the process that runs the trial dies: those of its process group, and on Linux
 * those that have left it, too (not on Windows). Pruners that take one direction, such as `median()`, refuse studies
 * of several, whose default is `nop()`.
 *
 * @throws HpoError HPO_INVALID_STUDY, when it is called, for a command or an option that cannot be right; the objective
 *   for a placeholder that names nothing.
 * @throws CommandFailed (the objective): the program could not be started, exited with another code than 0, was ended
 *   by a signal, or ended without a value; with the last 20 lines of its stderr.
 * @example
 * export default defineStudy({
 *   name: 'resnet',
 *   space: space({ learningRate: float(1e-4, 1, { log: true }), optimizer: categorical(['adam', 'sgd']) }),
 *   settings: { epochs: 10 },
 *   objective: command({
 *     run: 'python train.py --lr {learningRate} --optimizer {optimizer} --epochs {settings.epochs} --seed {seed}',
 *   }),
 * });
 *
 * // train.py
 * // for epoch in range(args.epochs):
 * //     …
 * //     print(json.dumps({"step": epoch, "value": loss}))
 */
export function command(options: CommandOptions): CommandObjective {
  const plan = planOf(options);
  const objective = (context: CommandContext) => runCommand(plan, context);
  return Object.assign(objective, {
    checkStudy({ space, settings = {} }: CommandStudy) {
      const known = [Object.keys(space.distributions), Object.keys(settings)] as const;
      for (const { name, flag } of plan.line.placeholders) {
        if (!isKnown(name, ...known)) throw unknownPlaceholder(name, ...known);
        if (flag !== undefined) checkFlag(name, space.distributions, settings);
      }
    },
  });
}

/**
 * Checks the values of a flag.
 * @throws HpoError HPO_INVALID_STUDY if its parameter or setting can be anything but true, false and null.
 */
function checkFlag(name: string, distributions: CommandStudy['space']['distributions'], settings: Settings): void {
  const distribution = ownValue(distributions, name);
  if (distribution === undefined) {
    const setting = name.startsWith(SETTING_PREFIX) ? ownValue(settings, name.slice(SETTING_PREFIX.length)) : undefined;
    if (typeof setting === 'boolean') return;
    throw noFlag(name, setting === undefined ? 'it is a number or a text' : `it is ${JSON.stringify(setting)}`);
  }
  const choices = (distribution as { readonly choices?: readonly ParamValue[] }).choices;
  if (choices?.every((choice) => typeof choice === 'boolean' || choice === null)) return;
  throw noFlag(
    name,
    choices === undefined
      ? 'it is a number'
      : `its choices are ${choices.map((one) => JSON.stringify(one)).join(', ')}`,
  );
}

const FIELDS: Fields<CommandOptions> = {
  run: true,
  cwd: text,
  env: true,
  pruneSignal: true,
  graceMs: numberFrom(0, 2 ** 31 - 1), // the most that a timer of Node's takes
};

function planOf(options: CommandOptions): CommandPlan {
  const refuse = refusal('HPO_INVALID_STUDY', 'command()');
  checkFields(options ?? {}, FIELDS, refuse);
  const { run, cwd = '.', env = {}, pruneSignal = 'SIGTERM', graceMs = 5_000 } = options ?? {};
  const isWords = Array.isArray(run) && run.every((word) => typeof word === 'string');
  if (typeof run !== 'string' && !isWords) {
    refuse(wrongValue('`run`', run, 'a command line as one string, or its words as an array of strings'));
  }
  if (typeof env !== 'object' || env === null) refuse(wrongValue('`env`', env, 'an object of strings'));
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) checkOption(`env.${name}`, value, text, refuse);
  }
  if (!Object.hasOwn(constants.signals, pruneSignal)) {
    refuse(wrongValue('`pruneSignal`', pruneSignal, "a signal such as 'SIGTERM' or 'SIGINT'"));
  }
  return { line: new CommandLine(run), cwd, env: { ...env }, pruneSignal, graceMs };
}
