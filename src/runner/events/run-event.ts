import type { JsonValue } from '../../base/json.ts';
import type { Device } from '../../machine/device.ts';
import type { NvidiaGpu } from '../../machine/nvidia-smi.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { Progress, Settings } from '../../study/definition/definition.ts';
import type { StopReason } from '../../study/stop-when.ts';
import type { Failure } from '../../study/trial/outcome.ts';
import type { RunningElsewhere } from '../../study/trial-queue.ts';
import type { Direction } from '../../trial/direction.ts';
import type { FinishedState } from '../../trial/frozen-trial.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import type { RunOrder } from './run-control.ts';

/** An NVIDIA GPU and what all programs together do with it. */
export type GpuUsage = Pick<NvidiaGpu, 'index' | 'name' | 'utilisation' | 'usedBytes' | 'memoryBytes'>;

/** How many trials a study has in each finished state. */
export type Counts = Readonly<Record<'complete' | 'pruned' | 'failed', number>>;

/** The best trial so far, as events show it. */
export interface Best {
  readonly trial: number;
  readonly value: number;
  readonly params: FlatParams;
}

/** Everything that a run reports, in the order in which it happens. Reporters and the dashboard live on it. */
export type RunEvent =
  | {
      /** The study is open and the run is planned. */
      readonly type: 'run-started';
      readonly study: string;
      readonly storage: string;
      readonly directions: readonly Direction[];
      readonly sampler: string;
      readonly pruner: string;
      readonly seed: number;
      /** How many finished trials there are to be. */
      readonly target: number;
      readonly counts: Counts;
      readonly best: Best | undefined;
      readonly workers: number;
      /** The bound of the number of workers, or how it was found, where nobody named one. */
      readonly workersReason?: string | undefined;
      readonly device: Device | undefined;
      readonly profile: string | undefined;
      /** Why that profile: named on the command line, kept with the study, or the default for the device. */
      readonly profileFrom: 'flag' | 'study' | 'device' | undefined;
      readonly settings: Settings;
      readonly folder: string;
      readonly continued: boolean;
    }
  | { readonly type: 'trial-requeued'; readonly trial: number; readonly reason: 'holder-died' | 'stopped' }
  /** A trial whose process has died more often than it may be run again; it has failed. */
  | { readonly type: 'trial-given-up'; readonly trial: number; readonly failure: Failure }
  /** Another process has taken over, or finished, a trial of this run: its worker is ended, and nothing is stored. */
  | { readonly type: 'trial-lost'; readonly trial: number; readonly reason: string }
  /** The missing trials are run by other processes: this run waits until they end, or their processes have died. */
  | { readonly type: 'waiting'; readonly trials: readonly RunningElsewhere[] }
  | { readonly type: 'progress'; readonly phase: 'prepare' | 'retrain'; readonly progress: Progress }
  | { readonly type: 'worker-started'; readonly worker: number; readonly pid: number | undefined }
  | { readonly type: 'worker-died'; readonly worker: number; readonly pid: number | undefined; readonly reason: string }
  | {
      readonly type: 'trial-started';
      readonly trial: number;
      readonly params: FlatParams;
      readonly worker: number;
      /** 1, or more where the trial was taken back from a dead run. */
      readonly attempt: number;
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
      /** Whether it is the best trial now (of a study with one direction). */
      readonly isBest: boolean;
      readonly counts: Counts;
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
  | { readonly type: 'warning'; readonly message: string }
  /** Every few seconds, where the study computes on an NVIDIA GPU. */
  | { readonly type: 'gpu-usage'; readonly gpus: readonly GpuUsage[] }
  | { readonly type: 'best-written'; readonly file: string }
  /** Another coordinator of the study writes its results and retrains its winner: `process 4711 on ada`. */
  | { readonly type: 'concluded-elsewhere'; readonly by: string }
  | {
      readonly type: 'retrain-started';
      readonly trial: number | undefined;
      readonly params: FlatParams;
      readonly settings: Settings;
    }
  | {
      readonly type: 'retrain-finished';
      readonly folder: string;
      readonly metrics: JsonValue;
      readonly elapsedMs: number;
    }
  /** The winner has been retrained with these settings before. */
  | { readonly type: 'retrain-skipped'; readonly folder: string }
  | { readonly type: 'stopping'; readonly how: 'drain' | 'abort' }
  | RunOrder
  | {
      readonly type: 'run-finished';
      /**
       * `interrupted`: asked to stop; `timeout`: the time for trials was up before the target was reached; `failing`:
       * trials failed in a row for the same reason; `spent`: the sampler has nothing left to try; `stopped`: a rule of
       * the study's `stopWhen` holds.
       */
      readonly reason: 'done' | 'timeout' | 'interrupted' | 'failing' | 'spent' | 'stopped';
      /** That reason. */
      readonly failure: Failure | undefined;
      /** The rule of `stopWhen` that holds, whatever the reason is. */
      readonly stopped?: StopReason | undefined;
      readonly counts: Counts;
      readonly best: Best | undefined;
      /** Of a study with several directions the trials of its Pareto front; else empty. */
      readonly front: readonly number[];
      readonly elapsedMs: number;
    };

/** Takes the events of a run. A promise says that no more can be taken at once: what can wait waits for it. */
export type Emit = (event: RunEvent) => Promise<void> | void;
