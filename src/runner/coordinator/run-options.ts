import type { Storage, StudyRecord } from '../../storage/storage.ts';
import type { PartNames } from '../../study/named-parts.ts';
import type { Best, Counts, Emit, RunEvent, RunRole } from '../../study/run-event.ts';
import type { RunControl } from '../events/run-control.ts';

/** The options of a run, which a worker is, too. An undefined one has the value of the study's file or of the database. */
export interface RunOptions {
  readonly studyFile: string;
  /** The URL of the storage. Default: HPO_STORAGE in the environment, else `sqlite:///hpo.db`. */
  readonly storage?: string | undefined;
  /** The number of finished trials that the study is to have in the end. */
  readonly trials?: number | undefined;
  /** `worker`: the results and the retraining of the winner are left to a `run` of the study. Default `run`. */
  readonly role?: RunRole | undefined;
  /** The time in milliseconds after which no trial starts. */
  readonly timeoutMs?: number | undefined;
  /**
   * The time in milliseconds that running trials may take when {@link timeoutMs} is over; then they are handed back.
   * Default: as long as they need.
   */
  readonly graceMs?: number | undefined;
  /** The number of trials that are started before the run ends. Default: as many as are wanted. */
  readonly maxTrials?: number | undefined;
  /** Whether to refuse a study that was begun with another code. Default false: trials started here are marked. */
  readonly strictCode?: boolean | undefined;
  /**
   * The number of worker processes. Default: on each GPU the number that the study's device finds best, else as many as
   * cores and memory allow.
   */
  readonly workers?: number | undefined;
  /** Numbers of the GPUs that the workers take in turn. Default: the one that the backend prefers. */
  readonly gpus?: readonly number[] | undefined;
  readonly seed?: number | undefined;
  /** The sampler and the pruner in place of the file's, from now on; `study` for the file's. */
  readonly parts?: PartNames | undefined;
  /** The number of times that a trial is run again when its process has died. */
  readonly retries?: number | undefined;
  /** The memory that a trial may take, in MiB. */
  readonly trialMemoryMb?: number | undefined;
  readonly profile?: string | undefined;
  /** Continue a study whose trials have other parameters than its space has now. Default false. */
  readonly newParams?: boolean | undefined;
  /** The folder for the checkpoints of trials. Default: `checkpoints` in the study's folder of results. */
  readonly checkpoints?: string | undefined;
  /** Whether the checkpoints of all finished trials stay. Default false. */
  readonly keepCheckpoints?: boolean | undefined;
  /** Settings as `name=value`. */
  readonly assignments?: readonly string[];
  /** Variables to add to the workers' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Continue a finished trial in place of a search. */
  readonly resume?: ResumeOptions | undefined;
  /** Whether to retrain the winner, where the study declares a retraining. Default true. */
  readonly retrain?: boolean;
  /** Called once the study is open, before the first event about it. The run closes the storage. */
  readonly onOpen?: (storage: Storage, record: StudyRecord) => void;
  readonly emit: Emit;
  readonly control: RunControl;
}

/** The trial that a run continues. */
export interface ResumeOptions {
  /** The number of the finished trial. */
  readonly trial: number;
  /** Settings of the new trial as `name=value`, in place of the finished one's. */
  readonly assignments: readonly string[];
}

/** The way a run ended. */
export interface RunResult {
  readonly reason: Extract<RunEvent, { type: 'run-finished' }>['reason'];
  readonly counts: Counts;
  readonly best: Best | undefined;
}
