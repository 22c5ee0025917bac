import type { JsonValue } from '../base/json.ts';
import type { Device } from '../machine/device.ts';
import type { NvidiaGpu } from '../machine/nvidia-smi.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { Direction } from '../trial/direction.ts';
import type { FinishedState } from '../trial/frozen-trial.ts';
import type { Metrics } from '../trial/reported-metrics.ts';
import type { Progress, Settings } from './definition/definition.ts';
import type { StopReason } from './stop-when.ts';
import type { TargetOrigin } from './study-target.ts';
import type { Failure } from './trial/outcome.ts';
import type { RunningElsewhere } from './trial-queue.ts';

/** The usage of an NVIDIA GPU by all programs together. */
export type GpuUsage = Pick<NvidiaGpu, 'index' | 'name' | 'utilisation' | 'usedBytes' | 'memoryBytes'>;

/** The part of a coordinator in its study: see `hpo run` and `hpo worker`. */
export type RunRole = 'run' | 'worker';

/** An order that a person who watches a run may give, besides stopping it. */
export type RunOrder =
  | { readonly type: 'paused'; readonly paused: boolean }
  | {
      readonly type: 'target-changed';
      readonly target: number;
      /** The target before, where this run's command line has changed it. */
      readonly former?: number;
    }
  | { readonly type: 'prune-asked'; readonly trial: number };

/** The number of a study's trials in each finished state. */
export type Counts = Readonly<Record<'complete' | 'pruned' | 'failed', number>>;

/** The best trial so far, as events show it. */
export interface Best {
  readonly trial: number;
  readonly value: number;
  readonly params: FlatParams;
}

/** The events of a run, in the order in which they happen. Reporters and the dashboard show these alone. */
export type RunEvent =
  | {
      /** The study is open and the run is planned. */
      readonly type: 'run-started';
      /** `worker`: it runs trials, and leaves the study's results and the retraining of its winner to a `run`. */
      readonly role: RunRole;
      /** The process of the run in a few words: `process 4711 on ada`. */
      readonly process: string;
      readonly study: string;
      readonly storage: string;
      readonly directions: readonly Direction[];
      readonly sampler: string;
      /** The origin of a sampler that is not of the study's file: the command line of this run, or of an earlier one. */
      readonly samplerFrom?: 'flag' | 'study' | undefined;
      readonly pruner: string;
      /** The origin of a pruner that is not of the study's file. */
      readonly prunerFrom?: 'flag' | 'study' | undefined;
      readonly seed: number;
      /** The number of finished trials wanted. */
      readonly target: number;
      /** The origin of the target. */
      readonly targetFrom: TargetOrigin;
      readonly counts: Counts;
      readonly best: Best | undefined;
      readonly workers: number;
      /** The bound that the number of workers comes from, or the way it was found; undefined where the user gave it. */
      readonly workersReason?: string | undefined;
      readonly device: Device | undefined;
      readonly profile: string | undefined;
      /** The origin of the profile: the command line, the study in the database, or the default for the device. */
      readonly profileFrom: 'flag' | 'study' | 'device' | undefined;
      readonly settings: Settings;
      readonly folder: string;
      readonly continued: boolean;
    }
  | { readonly type: 'trial-requeued'; readonly trial: number; readonly reason: 'holder-died' | 'stopped' }
  /** A trial whose process has died repeatedly is run again after a pause; other trials go on meanwhile. */
  | { readonly type: 'trial-paused'; readonly trial: number; readonly deaths: number; readonly pauseMs: number }
  /** A trial has failed because its process has died more often than it may be run again. */
  | { readonly type: 'trial-given-up'; readonly trial: number; readonly failure: Failure }
  /**
   * Another process has taken over, or finished, a trial of this run. Its worker is ended, and nothing of it is stored.
   */
  | { readonly type: 'trial-lost'; readonly trial: number; readonly reason: string }
  /** Other processes run the missing trials: this run waits until these end, or their processes have died. */
  | { readonly type: 'waiting'; readonly trials: readonly RunningElsewhere[] }
  | { readonly type: 'progress'; readonly phase: 'prepare' | 'retrain'; readonly progress: Progress }
  | { readonly type: 'worker-started'; readonly worker: number; readonly pid: number | undefined }
  | { readonly type: 'worker-died'; readonly worker: number; readonly pid: number | undefined; readonly reason: string }
  | {
      readonly type: 'trial-started';
      readonly trial: number;
      readonly params: FlatParams;
      readonly worker: number;
      /** The number of times that the trial has been started: above 1 where it was taken back from a dead run. */
      readonly attempt: number;
      /** The step of the checkpoint after which it goes on; left out for a trial that begins. */
      readonly afterStep?: number;
      /** The number of the finished trial that it continues. */
      readonly continues?: number;
      /** Its settings, where it has others than its study. */
      readonly settings?: Settings;
    }
  | {
      readonly type: 'trial-reported';
      readonly trial: number;
      readonly step: number;
      readonly value: number;
      /** The further figures of the report. */
      readonly metrics?: Metrics;
    }
  | {
      readonly type: 'trial-finished';
      readonly trial: number;
      readonly state: FinishedState;
      readonly values: readonly number[] | null;
      readonly elapsedMs: number;
      readonly failure: Failure | undefined;
      /** Whether it is the best trial now; always false with several directions. */
      readonly isBest: boolean;
      readonly counts: Counts;
      /** The number of the trial whose values it has, with the same parameters; left out where it was run. */
      readonly repeats?: number;
    }
  | {
      /** A line that the study's code wrote, or logged with `log()`. */
      readonly type: 'log';
      readonly stream: 'log' | 'stdout' | 'stderr';
      readonly phase: 'prepare' | 'trial' | 'retrain';
      readonly trial: number | undefined;
      readonly worker: number;
      readonly text: string;
    }
  /** The sampler chooses in another way than before, from this trial on. */
  | { readonly type: 'sampler-note'; readonly trial: number; readonly note: string }
  | { readonly type: 'warning'; readonly message: string }
  /** Emitted every few seconds, where the study computes on an NVIDIA GPU. */
  | { readonly type: 'gpu-usage'; readonly gpus: readonly GpuUsage[] }
  | { readonly type: 'best-written'; readonly file: string }
  /** Another coordinator of the study writes its results and retrains its winner: `process 4711 on ada`. */
  | { readonly type: 'concluded-elsewhere'; readonly by: string }
  | {
      readonly type: 'retrain-started';
      readonly trial: number | undefined;
      readonly params: FlatParams;
      readonly settings: Settings;
      /** The checkpoint of a trial that it begins with; undefined where it begins with nothing. */
      readonly from?: { readonly trial: number; readonly step: number } | undefined;
      /** The step of its own checkpoint after which it goes on, because it was interrupted. */
      readonly afterStep?: number | undefined;
    }
  | {
      readonly type: 'retrain-finished';
      readonly folder: string;
      readonly metrics: JsonValue;
      readonly elapsedMs: number;
    }
  /** The winner was retrained before with these settings. */
  | { readonly type: 'retrain-skipped'; readonly folder: string }
  /** A run ends before its study is finished, and starts no further trial. */
  | {
      readonly type: 'stopping';
      /** `drain`: its running trials may finish; `abort`: they are handed back now. */
      readonly how: 'drain' | 'abort';
      /** The time in milliseconds after which the running trials are handed back; left out where they may finish. */
      readonly graceMs?: number;
      /** Left out for a user's order. */
      readonly reason?: 'timeout';
    }
  | RunOrder
  | {
      readonly type: 'run-finished';
      /**
       * `interrupted`: the run was stopped; `timeout`: the time for trials was up before the target was reached;
       * `max-trials`: a worker has run as many trials as it was to; `failing`: trials failed in a row for the same
       * reason; `spent`: the sampler has nothing left to try; `stopped`: a rule of the study's `stopWhen` holds.
       */
      readonly reason: 'done' | 'timeout' | 'max-trials' | 'interrupted' | 'failing' | 'spent' | 'stopped';
      /** The reason for which trials failed in a row, where that has ended the run. */
      readonly failure: Failure | undefined;
      /** The rule of `stopWhen` that holds, whatever the reason is. */
      readonly stopped?: StopReason | undefined;
      readonly counts: Counts;
      readonly best: Best | undefined;
      /** The trials of the Pareto front of a study with several directions; empty for other studies. */
      readonly front: readonly number[];
      readonly elapsedMs: number;
    };

/** Takes the events of a run. It returns a promise where no more can be taken at once; senders that can wait do. */
export type Emit = (event: RunEvent) => Promise<void> | void;
