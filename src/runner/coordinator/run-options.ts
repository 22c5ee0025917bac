import type { Storage, StudyRecord } from '../../storage/storage.ts';
import type { RunControl } from '../events/run-control.ts';
import type { Best, Counts, Emit, RunEvent } from '../events/run-event.ts';

/** The options of a run. An option that is undefined is as the study's file or the database says. */
export interface RunOptions {
  readonly studyFile: string;
  /** Default `sqlite:///hpo.db`. */
  readonly storage?: string | undefined;
  /** How many finished trials the study is to have in the end. */
  readonly trials?: number | undefined;
  /** No trial starts after this time. */
  readonly timeoutMs?: number | undefined;
  /**
   * How many worker processes. Default: as many on each GPU as the study's device finds best, else as many as cores and
   * memory allow.
   */
  readonly workers?: number | undefined;
  /** Numbers of the GPUs that the workers take in turn. Default: the one that the backend prefers. */
  readonly gpus?: readonly number[] | undefined;
  readonly seed?: number | undefined;
  /** How often a trial is run again whose process died over it. */
  readonly retries?: number | undefined;
  readonly profile?: string | undefined;
  /** Continue a study whose trials have other parameters than its space has now. Default false. */
  readonly newParams?: boolean | undefined;
  /** `name=value` settings. */
  readonly assignments?: readonly string[];
  /** Added to the workers' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to retrain the winner, where the study says how. Default true. */
  readonly retrain?: boolean;
  /** Called once the study is open, before the first event that is about it. The storage stays the run's to close. */
  readonly onOpen?: (storage: Storage, record: StudyRecord) => void;
  readonly emit: Emit;
  readonly control: RunControl;
}

/** How a run ended. */
export interface RunResult {
  readonly reason: Extract<RunEvent, { type: 'run-finished' }>['reason'];
  readonly counts: Counts;
  readonly best: Best | undefined;
}
