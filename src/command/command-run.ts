import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { makeTemporaryFolder } from '../base/made-folder.ts';
import { removeUnused } from '../base/remove-unused.ts';
import { trialEnvironment } from '../base/url-password.ts';
import { drained, eachLine, LastLines } from '../machine/output-lines.ts';
import type { ObjectiveResult } from '../study/definition/definition.ts';
import { TrialPruned } from '../study/trial/trial-pruned.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailed } from './command-failed.ts';
import type { CommandLine } from './command-line.ts';
import { Program, type ProgramExit } from './program.ts';
import { ProgramCheckpoints } from './program-checkpoints.ts';
import { parseReportLine, type ReportLine } from './report-lines.ts';
import { startProblem } from './start-problem.ts';
import { TrialInputs } from './trial-inputs.ts';

/** The options of a command, checked and with their defaults. */
export interface CommandPlan {
  readonly line: CommandLine;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pruneSignal: NodeJS.Signals;
  readonly graceMs: number;
}

/** The time that a program may take to end when its trial is aborted; hpo kills a worker that takes twice as long. */
const ABORT_GRACE_MS = 1_000;
const LAST_LINES = 20;
const PARAMS_FILE = 'params.json';

/** Runs one trial's program and returns its value. The file of its parameters is removed when it ends. */
export async function runCommand(plan: CommandPlan, context: CommandContext): Promise<ObjectiveResult> {
  context.signal.throwIfAborted();
  const folder = makeTemporaryFolder('hpo-trial-');
  let checkpoints: ProgramCheckpoints | undefined;
  try {
    checkpoints = await ProgramCheckpoints.open(context.trial.checkpoints, join(folder, 'checkpoints'));
    return await new CommandRun(plan, context, folder, checkpoints).run();
  } finally {
    await checkpoints?.close();
    await removeUnused(folder);
  }
}

class CommandRun {
  readonly #plan: CommandPlan;
  readonly #context: CommandContext;
  readonly #folder: string;
  readonly #checkpoints: ProgramCheckpoints;
  readonly #lastWords = new LastLines(LAST_LINES);
  /**
   * The reason why the program is being ended: its trial is pruned or aborted, or a line of its output caused an error.
   */
  #verdict: { readonly thrown: unknown } | undefined;
  #reported: number | undefined;
  #result: ObjectiveResult | undefined;
  readonly #ignored = new Set<string>();

  constructor(plan: CommandPlan, context: CommandContext, folder: string, checkpoints: ProgramCheckpoints) {
    this.#plan = plan;
    this.#context = context;
    this.#folder = folder;
    this.#checkpoints = checkpoints;
  }

  async run(): Promise<ObjectiveResult> {
    const { signal } = this.#context;
    const program = await this.#start();
    const abort = () => this.#stop(program, signal.reason, ABORT_GRACE_MS);
    setMaxListeners(0, signal); // each trial that runs at the same time adds a listener
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    const reading = Promise.all([
      this.#read(program, program.stdout, (line) => this.#take(line, program)),
      this.#read(program, program.stderr, (line) => {
        this.#lastWords.add(line);
        return this.#log(line);
      }),
    ]);
    const exit = await program.exited
      .catch((error: NodeJS.ErrnoException) => this.#couldNotStart(error))
      .finally(() => signal.removeEventListener('abort', abort));
    await drained([program.stdout, program.stderr], reading);
    return this.#outcome(exit);
  }

  async #start(): Promise<Program> {
    const { line, cwd, env } = this.#plan;
    const file = join(this.#folder, PARAMS_FILE);
    const inputs = new TrialInputs(this.#context, { paramsFile: file, checkpoints: this.#checkpoints });
    const words = line.fill(inputs.lookup);
    await writeFile(file, `${inputs.json}\n`);
    try {
      return new Program(words, {
        cwd,
        // Without this, Python would keep its reports to itself until it ends.
        env: { ...trialEnvironment(), PYTHONUNBUFFERED: '1', ...inputs.env, ...env },
        folder: this.#folder,
        file: PARAMS_FILE,
      });
    } catch (error) {
      return this.#couldNotStart(error as NodeJS.ErrnoException);
    }
  }

  /** Takes the lines of a stream. Never rejects: an error that a line causes ends the program. */
  async #read(program: Program, stream: Readable, take: (line: string) => Promise<void>): Promise<void> {
    await eachLine(stream, async (line) => {
      try {
        await take(line);
      } catch (error) {
        this.#stop(program, error, ABORT_GRACE_MS);
      }
    }).catch((error: unknown) => this.#stop(program, error, ABORT_GRACE_MS));
  }

  /** Acts on a line of stdout before the next is read. */
  async #take(line: string, program: Program): Promise<void> {
    const said = parseReportLine(line);
    if (said === undefined) return this.#log(line);
    const { trial } = this.#context;
    const { pruneSignal, graceMs } = this.#plan;
    // A pruned program may still set attributes and constraints and keep its state, but not report or return a value. The trial of an aborted one is over.
    const isPruned = TrialPruned.is(this.#verdict?.thrown);
    if (this.#verdict !== undefined && !isPruned) return;
    await this.#warnOf(said.ignored ?? []);
    for (const [key, value] of Object.entries(said.attrs ?? {})) await trial.setUserAttr(key, value ?? null);
    for (const [name, value] of Object.entries(said.constraints ?? {})) await trial.setConstraint(name, value);
    if (isPruned) {
      await this.#keep(said.checkpoint);
      return;
    }
    if (said.result !== undefined) this.#result = said.result;
    if (said.report !== undefined) {
      await trial.report(said.report.value, said.report.step, said.report.extras);
      this.#reported = said.report.value;
    }
    await this.#keep(said.checkpoint);
    if (said.report === undefined) return;
    if (await trial.shouldPrune()) this.#stop(program, new TrialPruned(), graceMs, pruneSignal);
  }

  async #keep(checkpoint: ReportLine['checkpoint']): Promise<void> {
    if (checkpoint === undefined) return;
    const { step, path } = checkpoint;
    const problem = await this.#checkpoints.keep(step, path);
    if (problem !== undefined) throw this.#failed(`printed {"checkpoint": ${step}}, but ${problem}`);
  }

  #stop(program: Program, thrown: unknown, graceMs: number, signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#verdict ??= { thrown };
    program.end(signal, graceMs);
  }

  /** Warns, once for each name, that its value is not kept. */
  async #warnOf(ignored: readonly string[]): Promise<void> {
    for (const name of ignored) {
      if (this.#ignored.has(name)) continue;
      this.#ignored.add(name);
      const mend = `{"attr": {${JSON.stringify(name)}: …}} keeps anything with the trial`;
      await this.#log(`command(): ${JSON.stringify(name)} in a report is no number and is not kept; ${mend}.`);
    }
  }

  async #log(line: string): Promise<void> {
    await this.#context.log?.(line);
  }

  #outcome({ code, signal }: ProgramExit): ObjectiveResult {
    if (this.#verdict !== undefined) throw this.#verdict.thrown;
    if (signal !== null) {
      throw this.#failed(`was ended by ${signal}${signal === 'SIGKILL' ? ' (is there enough memory?)' : ''}`);
    }
    if (code !== 0) throw this.#failed(`exited with code ${code}`);
    const result = this.#result ?? this.#reported;
    if (result !== undefined) return result;
    throw this.#failed('ended without a value; let it print a line such as {"value": 0.53} to stdout');
  }

  #couldNotStart(error: NodeJS.ErrnoException): never {
    const { cwd, line, env } = this.#plan;
    const start = { program: line.program, cwd: resolve(cwd), path: { ...process.env, ...env }.PATH };
    throw new CommandFailed(line.text, `could not be started: ${startProblem(error, start)}`);
  }

  #failed(problem: string): CommandFailed {
    return new CommandFailed(this.#plan.line.text, problem, this.#lastWords.toString());
  }
}
