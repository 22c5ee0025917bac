import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';

/** A search in progress, of hpo or of a peer: it is asked for trials, and told what they gave. */
export interface Asker {
  /** Begins the trial of this number; trials begin in the order of their numbers. */
  ask(number: number): Promise<AskedTrial>;
  /** Takes the values of a trial that was asked for. */
  tell(trial: FinishedTrial): Promise<void>;
}

/** A trial whose parameters are chosen as the objective asks for them. */
export interface AskedTrial {
  suggest(name: string, distribution: Distribution): ParamValue | Promise<ParamValue>;
  /** Called when all its parameters are chosen. */
  begin?(trial: Pick<FrozenTrial, 'params' | 'distributions'>): void;
}

export type FinishedTrial = Pick<FrozenTrial, 'number' | 'params' | 'distributions'> & {
  readonly values: readonly number[];
  /** Each is met at 0 or below; empty where there are none. */
  readonly constraints: readonly number[];
};
