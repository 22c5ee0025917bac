import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionFromJson } from '../../space/distribution-json.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { parseDatetime } from './datetime.ts';
import { fromStoredNumber } from './stored-number.ts';
import { readAttributes, unreadable } from './unreadable.ts';

export type ParamRow = readonly [trialId: number, name: string, internal: number, distribution: string];
export type NumberRow = readonly [trialId: number, at: number, value: number | null, type: string];
export type AttributeRow = readonly [trialId: number, key: string, json: string];

/** The rows of one trial in Optuna's tables; lists that are left out are empty. */
export interface StoredTrial {
  readonly id: number;
  readonly number: number;
  readonly state: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly params: readonly ParamRow[] | undefined;
  readonly values: readonly NumberRow[] | undefined;
  readonly intermediateValues: readonly NumberRow[] | undefined;
  readonly userAttrs: readonly AttributeRow[] | undefined;
  readonly systemAttrs: readonly AttributeRow[] | undefined;
}

/** Makes frozen trials of their rows. Keeps the distributions that it has read: thousands of trials share a handful. */
export class TrialReader {
  readonly #distributions = new Map<string, Distribution>();

  /** @throws HpoError HPO_STORAGE naming the trial, for rows that cannot be read. */
  trial(stored: StoredTrial): FrozenTrial {
    const { id, number, startedAt, completedAt } = stored;
    try {
      return Object.freeze({
        id,
        number,
        state: readState(stored.state),
        ...this.#params(stored.params ?? []),
        values: stored.values === undefined ? null : Object.freeze(stored.values.map(numberOf)),
        intermediateValues: new Map((stored.intermediateValues ?? []).map((row) => [row[1], numberOf(row)])),
        userAttrs: attributesOf(stored.userAttrs),
        systemAttrs: attributesOf(stored.systemAttrs),
        startedAt: startedAt === null ? null : parseDatetime(startedAt),
        completedAt: completedAt === null ? null : parseDatetime(completedAt),
      });
    } catch (error) {
      throw unreadable(`trial ${number} (id ${id})`, error);
    }
  }

  /** The distribution of a `distribution_json`; equal texts give the same object. */
  distribution(json: string): Distribution {
    let distribution = this.#distributions.get(json);
    if (distribution === undefined) {
      distribution = distributionFromJson(json);
      this.#distributions.set(json, distribution);
    }
    return distribution;
  }

  #params(rows: readonly ParamRow[]): Pick<FrozenTrial, 'params' | 'distributions'> {
    const params: [string, ParamValue][] = [];
    const distributions: [string, Distribution][] = [];
    for (const [, name, internal, json] of rows) {
      const distribution = this.distribution(json);
      params.push([name, distribution.fromInternal(internal)]);
      distributions.push([name, distribution]);
    }
    return {
      params: Object.freeze(Object.fromEntries(params)),
      distributions: Object.freeze(Object.fromEntries(distributions)),
    };
  }
}

function attributesOf(rows: readonly AttributeRow[] = []) {
  return readAttributes(rows.map(([, key, json]) => [key, json]));
}

function numberOf([, , value, type]: NumberRow): number {
  return fromStoredNumber(value, type);
}

function readState(state: string): TrialState {
  switch (state) {
    case 'WAITING':
    case 'RUNNING':
    case 'COMPLETE':
    case 'PRUNED':
    case 'FAIL':
      return state;
    default:
      throw new TypeError(`its state is ${state}`);
  }
}
