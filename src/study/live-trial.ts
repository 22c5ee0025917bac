import type { JsonValue } from '../json.ts';
import { Rng } from '../rng.ts';
import type { Trial } from './trial.ts';

/** Where a {@link LiveTrial}'s reports and questions go: the study itself, or the process that has it open. */
export interface TrialOffice {
  readonly seed: number;
  report(trial: { readonly number: number }, value: number, step: number): Promise<unknown>;
  shouldPrune(trial: { readonly number: number }): Promise<boolean>;
  setUserAttr(trial: { readonly number: number }, key: string, value: JsonValue): Promise<void>;
}

/** A running trial. */
export class LiveTrial<P> implements Trial<P> {
  readonly number: number;
  readonly params: P;
  readonly seed: number;
  /** How often it has been started, this time included. */
  readonly attempt: number;
  readonly #office: TrialOffice;

  constructor(trial: { readonly number: number; readonly attempt: number }, params: P, office: TrialOffice) {
    this.number = trial.number;
    this.attempt = trial.attempt;
    this.params = params;
    this.#office = office;
    this.seed = this.rng('seed').integer(2 ** 31);
  }

  rng(purpose: string): Rng {
    return Rng.of(this.#office.seed, this.number, purpose);
  }

  async report(value: number, step: number): Promise<void> {
    await this.#office.report(this, value, step);
  }

  shouldPrune(): Promise<boolean> {
    return this.#office.shouldPrune(this);
  }

  setUserAttr(key: string, value: JsonValue): Promise<void> {
    return this.#office.setUserAttr(this, key, value);
  }
}
