import type { BackendMemory } from '../../base/backend-health.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Device, Packing } from '../../machine/device.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { KeptCheckpoints } from '../../study/checkpoints/kept-checkpoints.ts';
import type { CheckpointsStart } from '../../study/checkpoints/trial-checkpoints.ts';
import type { Progress, Settings } from '../../study/definition/definition.ts';
import type { Failure, Told } from '../../study/trial/outcome.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';

/** A trial to run. */
export interface TrialOrder {
  readonly number: number;
  /** The parameters as they are stored; the worker assembles them by its own copy of the space. */
  readonly params: FlatParams;
  readonly settings: Settings;
  readonly studySeed: number;
  readonly attempt: number;
  /** The checkpoints with which it begins. */
  readonly checkpoints: CheckpointsStart;
}

/** The end of a trial in a worker. */
export interface TrialEnd {
  readonly told: Told;
  readonly failure?: Failure;
  /** Whether the backend failed during the trial, so that this process can run nothing more. */
  readonly isBackendLost?: boolean;
  /** The leak, where this and earlier trials of the process leave tensors in memory. */
  readonly leak?: Leak | undefined;
}

/** A leak: trials of one process that leave more and more tensors behind. */
export interface Leak {
  /** The number of trials that left tensors. */
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
  /** The checkpoints with which it begins. */
  readonly checkpoints: CheckpointsStart;
}

/** The requests that a worker answers. */
export interface WorkerMethods {
  /** Loads the study's file and readies its device. The first request to a worker. */
  load(studyFile: string): void;
  /** The device that the study computes on; undefined where the study does not name one. */
  device(argument: undefined): Device | undefined;
  /** The memory that the worker takes, in bytes. */
  residentBytes(argument: undefined): number;
  /** The number of trials that share the device best; undefined where the study does not give one. */
  packing(argument: undefined): Packing | undefined;
  /** Runs the preparation of the study, before its first trial. */
  prepare(settings: Settings): void;
  runTrial(order: TrialOrder): TrialEnd;
  retrain(order: RetrainOrder): JsonValue | undefined;
  /** Aborts the signal of the present work. */
  abort(reason: string): void;
}

/** The work that a message of the study's code belongs to. */
export interface Origin {
  readonly phase: 'prepare' | 'trial' | 'retrain';
  readonly trial: number | undefined;
}

/**
 * The line that a worker writes to stdout and stderr when it begins with some work, after ending the line before.
 * Output and answers use different channels, so the output of one trial may arrive when the next one is over; this mark
 * says whose output follows.
 */
export function beginningMark({ phase, trial }: Origin): string {
  return `\u0000hpo begins ${phase} ${trial ?? ''}\u0000`;
}

/** The work that begins with a line of a worker's output; undefined for any other line. */
export function beginningIn(line: string): Origin | undefined {
  if (!line.startsWith('\u0000')) return undefined;
  const [, phase, trial] = /^.hpo begins (prepare|trial|retrain) (\d*).$/.exec(line) ?? [];
  if (phase === undefined) return undefined;
  return { phase: phase as Origin['phase'], trial: trial ? Number(trial) : undefined };
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
  setConstraint(constraint: { readonly name: string; readonly value: number }): void;
  /** Chooses a parameter. @param suggestion.distribution in Optuna's JSON: objects lose their methods on the way. */
  suggest(suggestion: { readonly name: string; readonly distribution: string }): ParamValue;
  /** Stores the names of the trial's, or the retraining's, checkpoints, which are on the disk. */
  keepCheckpoints(kept: KeptCheckpoints): Promise<void>;
  log(messages: readonly LogMessage[]): Promise<void>;
  /** Shows a warning of hpo's own about the study's code. */
  warn(message: string): Promise<void> | void;
  progress(progress: Progress): Promise<void> | void;
}
