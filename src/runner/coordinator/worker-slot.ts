import { HpoError } from '../../base/errors.ts';
import { distributionFromJson } from '../../space/distribution-json.ts';
import type { Settings } from '../../study/definition/definition.ts';
import type { Emit } from '../../study/run-event.ts';
import type { StudyTrial } from '../../study/study.ts';
import type { StopSwitch } from '../events/stop-switch.ts';
import {
  checkedCheckpoints,
  checkedFields,
  checkedMessages,
  checkedProgress,
  checkedText,
} from '../wire/argument-checks.ts';
import type { Handlers } from '../wire/channel.ts';
import type { CoordinatorMethods, Origin } from '../wire/protocol.ts';
import { gpuEnvironment } from './gpu-environment.ts';
import { startRepeatedly } from './repeated-start.ts';
import type { RetrainingCheckpoints } from './retraining-checkpoints.ts';
import { type OutputStream, WorkerDied, WorkerProcess } from './worker-process.ts';

/** The time in milliseconds that a worker may take to load a study. */
const START_LIMIT_MS = 120_000;

/** The present work of a worker. Its output belongs to this work. */
export type Assignment =
  | { readonly phase: 'prepare' }
  | { readonly phase: 'retrain'; readonly checkpoints: RetrainingCheckpoints }
  | { readonly phase: 'trial'; readonly trial: StudyTrial };

/** The result of {@link WorkerSlot.runUnlessStopped} when the run was stopped. */
export const STOPPED = Symbol('stopped');

const PREPARING = { phase: 'prepare', trial: undefined } as const satisfies Origin;

/** The name of each kind of work in sentences. */
const NAMES = { prepare: 'preparation', trial: 'trial', retrain: 'retraining' } as const;

/** The options that all slots of a run share. */
export interface SlotOptions {
  readonly studyFile: string;
  /** Variables to add to the workers' environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The GPUs that the slots take in turn; by default the backend chooses. */
  readonly gpus?: readonly number[] | undefined;
  /** The backend that the first worker has found, so that later ones need not search; undefined before. */
  readonly backendFound?: () => string | undefined;
  /** Whether a user has ordered a running trial to be pruned. */
  readonly isToPrune?: (trial: number) => boolean;
  readonly emit: Emit;
}

/** A place for one worker process, which is replaced after it has died. */
export class WorkerSlot {
  /** The number of the slot in its run: 0, 1, 2, … */
  readonly id: number;
  readonly #options: SlotOptions;
  #process: WorkerProcess | undefined;
  #assignment: Assignment = PREPARING;
  /** The work that each stream's lines belong to. */
  readonly #topics: Record<OutputStream, Origin> = { stdout: PREPARING, stderr: PREPARING };
  #closing = false;
  #stops = 0;
  #isPrepared = false;
  /** The number of times that a worker of any slot of the run has loaded the study. */
  readonly #loads: { count: number };

  constructor(id: number, options: SlotOptions, loads = { count: 0 }) {
    this.id = id;
    this.#options = options;
    this.#loads = loads;
  }

  /** A further slot that works on the same study. */
  another(id: number): WorkerSlot {
    return new WorkerSlot(id, this.#options, this.#loads);
  }

  /**
   * A living worker that has loaded the study. If the study has loaded before in this run, a worker that does not start
   * is started again a few times, after pauses of growing length.
   *
   * @param isOver whether no worker is needed any more.
   * @throws HpoError the error of loading the study, or HPO_WORKER if the process died while it loaded.
   */
  async worker(isOver: () => Promise<boolean> | boolean = () => false): Promise<WorkerProcess> {
    if (this.#process?.isAlive) return this.#process;
    const stops = this.#stops;
    return startRepeatedly(() => this.#start(), {
      goesOn: async () => this.#loads.count > 0 && stops === this.#stops && !(await isOver()),
      onFailure: ({ message }, pauseMs) => {
        void this.#warn(`${message} Worker ${this.id} is started again in ${pauseMs / 1000} s.`);
      },
    });
  }

  async #start(): Promise<WorkerProcess> {
    const started = new WorkerProcess({
      studyFile: this.#options.studyFile,
      env: { ...this.#options.env, ...gpuEnvironment(this.id, this.#options.gpus), ...this.#foundEnvironment() },
      handlers: this.#handlers(),
      onOutput: (stream, text) => this.#log(stream, text, this.#topics[stream]),
      onBeginning: (stream, work) => {
        this.#topics[stream] = work;
      },
      onForeign: (what) => {
        const such = "such messages of the study's code (`process.send()`) are ignored.";
        void this.#warn(`Worker ${this.id} sent a message that is not hpo's (${what}); ${such}`);
      },
    });
    this.#topics.stdout = this.#topics.stderr = PREPARING;
    this.#process = started;
    this.#options.emit({ type: 'worker-started', worker: this.id, pid: started.pid });
    try {
      await startInTime(started, this.#options.studyFile);
    } catch (error) {
      void started.kill();
      const isDead = error instanceof WorkerDied;
      if (!isDead && this.#loads.count === 0) throw error; // the study is at fault
      const reason = isDead ? lastSaid(error) : (error as Error).message;
      throw new HpoError('HPO_WORKER', `A worker could not start: ${reason}`);
    }
    this.#loads.count++;
    void started.exited.then(({ code, signal }) => {
      if (this.#closing) return;
      this.#options.emit({
        type: 'worker-died',
        worker: this.id,
        pid: started.pid,
        reason: signal ?? `exit code ${code}`,
      });
    });
    return started;
  }

  /** Runs a task with the worker, whose output belongs to this assignment from now on. */
  async run<T>(
    assignment: Assignment,
    task: (worker: WorkerProcess) => Promise<T>,
    isOver?: () => Promise<boolean> | boolean,
  ): Promise<T> {
    const worker = await this.worker(isOver);
    this.#assignment = assignment;
    return task(worker);
  }

  /**
   * Runs a task as {@link run} does, but kills the worker when the run is to drain, and then returns {@link STOPPED}.
   * For work that is not worth waiting for.
   * @throws HpoError HPO_WORKER if the worker died during the task.
   */
  async runUnlessStopped<T>(
    stop: StopSwitch,
    assignment: Assignment,
    task: (worker: WorkerProcess) => Promise<T>,
  ): Promise<T | typeof STOPPED> {
    const kill = () => void this.stop();
    stop.onDrain(kill);
    try {
      return stop.draining ? STOPPED : await this.run(assignment, task, () => stop.draining);
    } catch (error) {
      if (stop.draining) return STOPPED; // the error comes from the stop
      if (!(error instanceof WorkerDied)) throw error;
      throw new HpoError('HPO_WORKER', `The ${NAMES[assignment.phase]} ended its worker: ${lastSaid(error)}`);
    } finally {
      stop.offDrain(kill);
    }
  }

  /**
   * Runs the study's `prepare` in the worker, once in a run. When `stop` drains, it kills the worker and returns.
   * @throws the study's error, or HpoError HPO_WORKER if the worker died.
   */
  async prepare(settings: Settings, stop: StopSwitch): Promise<void> {
    if (this.#isPrepared) return;
    const end = await this.runUnlessStopped(stop, PREPARING, (worker) => worker.request('prepare', settings));
    this.#isPrepared = end !== STOPPED;
  }

  /** Ends the process on purpose. The next {@link worker} starts a new one. */
  async stop(): Promise<void> {
    this.#closing = true;
    this.#stops++;
    await this.#process?.kill();
    this.#closing = false;
  }

  #foundEnvironment(): Readonly<Record<string, string>> {
    const found = this.#options.backendFound?.();
    return found === undefined ? {} : { HPO_BACKEND_FOUND: found };
  }

  #handlers(): Handlers<CoordinatorMethods> {
    const { emit, isToPrune } = this.#options;
    const running = () => {
      if (this.#assignment.phase === 'trial') return this.#assignment.trial;
      throw new HpoError('HPO_TRIAL_STATE', 'There is no trial running to report to.');
    };
    return {
      report: async (report) => {
        const { value, step, extras } = checkedFields('a report', report);
        const trial = running();
        const isFirst = await trial.report(value, step, extras);
        await emit(
          isFirst
            ? { type: 'trial-reported', trial: trial.number, step, value, ...(extras && { metrics: extras }) }
            : {
                type: 'warning',
                message: `Trial ${trial.number} reported step ${step} twice; the first report counts.`,
              },
        );
        return isFirst;
      },
      shouldPrune: async () => isToPrune?.(running().number) || running().shouldPrune(),
      setUserAttr: (attr) => {
        const { key, value } = checkedFields('an attribute', attr);
        return running().setUserAttr(checkedText('a key', key), value);
      },
      setConstraint: (constraint) => {
        const { name, value } = checkedFields('a constraint', constraint);
        return running().setConstraint(name, value);
      },
      suggest: (suggestion) => {
        const { name, distribution } = checkedFields('a parameter', suggestion);
        const parsed = distributionFromJson(checkedText('a distribution', distribution));
        return running().suggest(checkedText('a name', name), parsed);
      },
      keepCheckpoints: (written) => {
        const kept = checkedCheckpoints(written);
        const assignment = this.#assignment;
        return assignment.phase === 'retrain' ? assignment.checkpoints.store(kept) : running().keepCheckpoints(kept);
      },
      log: async (messages) => {
        for (const { text, ...origin } of checkedMessages(messages)) await this.#log('log', text, origin);
      },
      warn: (message) => this.#warn(checkedText('a warning', message)),
      progress: (progress) => {
        const { phase } = this.#assignment;
        return phase === 'trial' ? undefined : emit({ type: 'progress', phase, progress: checkedProgress(progress) });
      },
    };
  }

  #warn(message: string): Promise<void> | void {
    return this.#options.emit({ type: 'warning', message });
  }

  #log(stream: 'log' | OutputStream, text: string, { phase, trial }: Origin): Promise<void> | void {
    return this.#options.emit({ type: 'log', stream, phase, trial, worker: this.id, text });
  }
}

/**
 * A worker's end, and the last line that it wrote to stderr before with a letter in it: V8 frames its messages with
 * `#`.
 */
function lastSaid({ message, failure }: WorkerDied): string {
  const lines = failure.stderr?.split('\n') ?? [];
  if (lines.some((line) => line.includes('heap out of memory'))) {
    // V8 writes this above its stack
    return `${message} Its JavaScript was out of memory: take less data, or more memory by NODE_OPTIONS=--max-old-space-size=8192.`;
  }
  const detail = lines.findLast((line) => /\p{L}/u.test(line));
  return detail === undefined ? message : `${message} It said: ${detail}`;
}

async function startInTime(worker: WorkerProcess, studyFile: string): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void worker.kill();
  }, START_LIMIT_MS);
  try {
    await worker.request('load', studyFile);
  } catch (error) {
    if (!late) throw error;
    throw new HpoError('HPO_WORKER', `A worker did not load ${studyFile} within ${START_LIMIT_MS / 1000} s.`);
  } finally {
    clearTimeout(timer);
  }
}
