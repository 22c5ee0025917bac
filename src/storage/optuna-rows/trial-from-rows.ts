import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionFromJson } from '../../space/distribution-json.ts';
import type { Attributes, FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
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
  #lastAttribute: { readonly key: string; readonly json: string; readonly attributes: Attributes } | undefined;
  #lastSpace: TrialSpace = { params: [], distributions: Object.freeze({}) };

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
        userAttrs: this.#attributes(stored.userAttrs),
        systemAttrs: this.#attributes(stored.systemAttrs),
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

  /** Trials one after the other mostly have the same parameters from the same distributions, and share these. */
  #params(rows: readonly ParamRow[]): Pick<FrozenTrial, 'params' | 'distributions'> {
    const space = isOf(this.#lastSpace, rows) ? this.#lastSpace : this.#spaceOf(rows);
    this.#lastSpace = space;
    const params: [string, ParamValue][] = [];
    for (let at = 0; at < rows.length; at++) {
      const { name, distribution } = space.params[at] as SpaceParam;
      params.push([name, distribution.fromInternal((rows[at] as ParamRow)[2])]);
    }
    return { params: Object.freeze(Object.fromEntries(params)), distributions: space.distributions };
  }

  /** Trials one after the other often have the same lease as their only attribute. */
  #attributes(rows: readonly AttributeRow[] = []): Attributes {
    const [first, ...others] = rows;
    if (first === undefined) return NO_ATTRIBUTES;
    const [, key, json] = first;
    const last = this.#lastAttribute;
    if (others.length === 0 && last?.key === key && last.json === json) return last.attributes;
    const attributes = readAttributes(rows.map(([, key, json]) => [key, json]));
    if (others.length === 0) this.#lastAttribute = { key, json, attributes };
    return attributes;
  }

  #spaceOf(rows: readonly ParamRow[]): TrialSpace {
    const params = rows.map(([, name, , json]) => ({ name, json, distribution: this.distribution(json) }));
    const entries = params.map(({ name, distribution }) => [name, distribution]);
    return { params, distributions: Object.freeze(Object.fromEntries(entries)) };
  }
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});

interface SpaceParam {
  readonly name: string;
  readonly json: string;
  readonly distribution: Distribution;
}

/** The parameters of a trial, in their order. */
interface TrialSpace {
  readonly params: readonly SpaceParam[];
  readonly distributions: FrozenTrial['distributions'];
}

function isOf({ params }: TrialSpace, rows: readonly ParamRow[]): boolean {
  if (params.length !== rows.length) return false;
  for (let at = 0; at < rows.length; at++) {
    const [param, row] = [params[at] as SpaceParam, rows[at] as ParamRow];
    if (param.name !== row[1] || param.json !== row[3]) return false;
  }
  return true;
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
