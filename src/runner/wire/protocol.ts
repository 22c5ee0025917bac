import type { BackendMemory } from '../../base/backend-health.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Device, Packing } from '../../machine/device.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { Progress, Settings } from '../../study/definition/definition.ts';
import type { Failure, Told } from '../../study/trial/outcome.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';

/** A trial to run. */
export interface TrialOrder {
  readonly number: number;
  /** As they are stored; the worker puts them together by its own copy of the space. */
  readonly params: FlatParams;
  readonly settings: Settings;
  readonly studySeed: number;
  readonly attempt: number;
}

/** How the objective ended. */
export interface TrialEnd {
  readonly told: Told;
  readonly failure?: Failure;
  /** Whether the backend failed under the trial, so that nothing more can be run in this process. */
  readonly isBackendLost?: boolean;
  /** Set where this and earlier trials of the process leave tensors in memory. */
  readonly leak?: Leak | undefined;
}

/** Trials of one process that leave ever more tensors behind. */
export interface Leak {
  /** How many trials left some. */
  readonly trials: number;
  /** The tensors, and their bytes, that those trials left. */
  readonly left: BackendMemory;
}

/** A configuration to train on the full schedule. */
export interface RetrainOrder {
  readonly params: FlatParams;
  readonly trialNumber: number | undefined;
  readonly settings: Settings;
  readonly studySeed: number;
  readonly folder: string;
}

/** The requests that a worker answers. */
export interface WorkerMethods {
  /** Loads the study's file and readies its device. The first request to a worker. */
  load(studyFile: string): void;
  /** The device that the study computes on; undefined where it does not say. */
  device(argument: undefined): Device | undefined;
  /** The memory that the worker takes, in bytes. */
  residentBytes(argument: undefined): number;
  /** How many trials share the device best; undefined where the study does not say. */
  packing(argument: undefined): Packing | undefined;
  /** Does what the study prepares before its first trial. */
  prepare(settings: Settings): void;
  runTrial(order: TrialOrder): TrialEnd;
  retrain(order: RetrainOrder): JsonValue | undefined;
  /** Aborts the signal of what is being done. */
  abort(reason: string): void;
}

/**
 * The line that a worker writes to stdout and stderr when it begins with a request, after the end of the line before.
 * Output and answers come by different ways, so lines of the last request may be read after its answer; they are not to
 * be taken for lines of the next one.
 */
export const BEGINNING = '\u0000hpo begins\u0000';

/** The work to which something the study's code says belongs. */
export interface Origin {
  readonly phase: 'prepare' | 'trial' | 'retrain';
  readonly trial: number | undefined;
}

/** A message that the study's code logs. */
export interface LogMessage extends Origin {
  readonly text: string;
}

/** The requests that the coordinator answers, mostly about the trial that the worker runs. */
export interface CoordinatorMethods {
  report(report: { readonly value: number; readonly step: number; readonly extras?: Metrics | undefined }): boolean;
  shouldPrune(argument: undefined): boolean;
  setUserAttr(attr: { readonly key: string; readonly value: JsonValue }): void;
  /** @param suggestion.distribution in Optuna's JSON: objects lose their methods on the way. */
  suggest(suggestion: { readonly name: string; readonly distribution: string }): ParamValue;
  log(messages: readonly LogMessage[]): Promise<void>;
  /** Shows a sentence of hpo's own about the study's code. */
  warn(message: string): Promise<void> | void;
  progress(progress: Progress): Promise<void> | void;
}
