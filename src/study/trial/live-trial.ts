import type { JsonValue } from '../../base/json.ts';
import { Rng } from '../../base/rng.ts';
import { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { FloatDistribution } from '../../space/float-distribution.ts';
import { IntDistribution } from '../../space/int-distribution.ts';
import type { NumericOptions } from '../../space/numeric-distribution.ts';
import type { FlatParams } from '../../space/search-space.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import type { KeptCheckpoints } from '../checkpoints/kept-checkpoints.ts';
import { type CheckpointsPort, type CheckpointsStart, TrialCheckpoints } from '../checkpoints/trial-checkpoints.ts';
import type { Settings } from '../definition/definition.ts';
import { Loss } from './loss.ts';
import { Service } from './service.ts';
import type { Trial } from './trial.ts';

/** The receiver of a {@link LiveTrial}'s reports and questions: the study, or the process that has it open. */
export interface TrialPort extends CheckpointsPort {
  report(value: number, step: number, extras?: Metrics): Promise<boolean>;
  shouldPrune(): Promise<boolean>;
  setUserAttr(key: string, value: JsonValue): Promise<void>;
  setConstraint(name: string, value: number): Promise<void>;
  suggest(name: string, distribution: Distribution): Promise<ParamValue>;
}

/** The parts of a {@link LiveTrial}. */
export interface TrialParts<P> {
  readonly number: number;
  readonly studySeed: number;
  /** The number of times that it has been started, this time included. */
  readonly attempt: number;
  readonly params: P;
  /** The parameters as they are stored. */
  readonly flatParams: FlatParams;
  readonly checkpoints: CheckpointsStart;
  /** The settings of this trial, where it has others than its study. */
  readonly settings?: Settings | undefined;
  /** Happens when another process takes the trial over; by default it never does. */
  readonly loss?: Loss;
  /** The record of how the storage serves the trial; by default it is not read. */
  readonly service?: Service;
  /** The attempt as its port knows it. */
  readonly handle?: object;
}

/** A running trial. */
export class LiveTrial<P = unknown> implements Trial<P> {
  readonly number: number;
  readonly params: P;
  readonly flatParams: FlatParams;
  readonly attempt: number;
  /** The checkpoints with which this attempt begins. */
  readonly checkpointsStart: CheckpointsStart;
  /** The settings of this trial; undefined where they are the study's. */
  readonly settings: Settings | undefined;
  /** Happens when another process takes the trial over: nothing more of it is stored, so its objective may end. */
  readonly loss: Loss;
  /** The record of how the storage has served the trial. */
  readonly service: Service;
  /** The attempt as its port knows it; undefined in a worker. */
  readonly handle: object | undefined;
  readonly #studySeed: number;
  readonly #port: TrialPort;
  readonly #checkpoints: TrialCheckpoints;

  constructor(parts: TrialParts<P>, port: TrialPort) {
    this.number = parts.number;
    this.params = parts.params;
    this.flatParams = parts.flatParams;
    this.attempt = parts.attempt;
    this.loss = parts.loss ?? new Loss();
    this.service = parts.service ?? new Service();
    this.handle = parts.handle;
    this.#studySeed = parts.studySeed;
    this.#port = port;
    this.checkpointsStart = parts.checkpoints;
    this.settings = parts.settings;
    this.#checkpoints = new TrialCheckpoints(parts.checkpoints, port);
  }

  get checkpoints(): TrialCheckpoints {
    return this.#checkpoints;
  }

  get seed(): number {
    return this.rng('seed').integer(2 ** 31);
  }

  rng(purpose: string): Rng {
    return Rng.of(this.#studySeed, this.number, purpose);
  }

  async report(value: number, step: number, extras?: Metrics): Promise<boolean> {
    const isFirst = await this.#port.report(value, step, extras);
    if (isFirst) this.#checkpoints.reported(step, value);
    return isFirst;
  }

  shouldPrune(): Promise<boolean> {
    return this.#port.shouldPrune();
  }

  setUserAttr(key: string, value: JsonValue): Promise<void> {
    return this.#port.setUserAttr(key, value);
  }

  setConstraint(name: string, value: number): Promise<void> {
    return this.#port.setConstraint(name, value);
  }

  /** Stores the names of checkpoints that a worker has written. */
  keepCheckpoints(kept: KeptCheckpoints): Promise<void> {
    return this.#port.keepCheckpoints(kept);
  }

  /** Asks for a parameter by its distribution. */
  suggest(name: string, distribution: Distribution): Promise<ParamValue> {
    return this.#port.suggest(name, distribution);
  }

  async suggestFloat(name: string, low: number, high: number, options?: NumericOptions): Promise<number> {
    return Number(await this.suggest(name, new FloatDistribution(low, high, options)));
  }

  async suggestInt(name: string, low: number, high: number, options?: NumericOptions): Promise<number> {
    return Number(await this.suggest(name, new IntDistribution(low, high, options)));
  }

  async suggestCategorical<const C extends readonly ParamValue[]>(name: string, choices: C): Promise<C[number]> {
    return this.suggest(name, new CategoricalDistribution(choices));
  }
}
