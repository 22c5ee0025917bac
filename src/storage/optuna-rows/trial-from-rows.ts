import { setOwnValue } from '../../base/own-value.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { distributionFromJson } from '../../space/distribution-json.ts';
import type { Attributes, FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import type { SuggestedParam } from '../storage.ts';
import { parseDatetime } from './datetime.ts';
import { fromStoredNumber } from './stored-number.ts';
import { type AttributeText, LenientReading, readAttributes, storedText, tooLong } from './unreadable.ts';

/** A parameter's name and its `distribution_json`. Rows of the same one may share the object. */
export interface StoredParam {
  readonly name: string;
  readonly json: string;
}

export type ParamRow = readonly [trialId: number, internal: number, param: StoredParam];
/**
 * The parameters of a trial: their rows; or in one row, which they share with other trials, their internal values from
 * the second place on.
 */
export type TrialParams = readonly ParamRow[] | { readonly params: readonly StoredParam[]; readonly row: AlignedRow };
export type AlignedRow = readonly number[];
export type NumberRow = readonly [trialId: number, at: number, value: number | null, type: string];
export type AttributeRow = readonly [trialId: number, key: string, json: string];

/** The rows of one trial in Optuna's tables. */
export interface StoredTrial {
  readonly id: number;
  readonly number: number;
  readonly state: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly params: TrialParams;
  readonly values: readonly NumberRow[];
  readonly intermediateValues: readonly NumberRow[];
  readonly userAttrs: readonly AttributeRow[];
  readonly systemAttrs: readonly AttributeRow[];
  /** The number of values that a COMPLETE trial must have; undefined where it does not matter. */
  readonly directions: number | undefined;
}

/**
 * Makes frozen trials of their rows. It keeps the distributions that it has read: thousands of trials share a handful.
 */
export class TrialReader {
  readonly #distributions = new Map<string, Distribution>();
  #lastAttribute: { readonly key: string; readonly json: string; readonly attributes: Attributes } | undefined;
  #lastSpace: TrialSpace = { params: [], distributions: Object.freeze({}) };

  /** The trial of these rows. Parts that cannot be read are left out, and named. */
  trial(stored: StoredTrial): FrozenTrial {
    try {
      return this.#strictly(stored);
    } catch {
      return this.#leniently(stored);
    }
  }

  #strictly(stored: StoredTrial): FrozenTrial {
    const { id, number, startedAt, completedAt } = stored;
    const { params, distributions } = this.#params(stored);
    return Object.freeze({
      id,
      number,
      state: readState(stored.state),
      params,
      distributions,
      values: readValues(stored),
      intermediateValues: readReports(stored.intermediateValues),
      userAttrs: this.#attributes(stored.userAttrs),
      systemAttrs: this.#attributes(stored.systemAttrs),
      startedAt: startedAt === null ? null : parseDatetime(startedAt),
      completedAt: completedAt === null ? null : parseDatetime(completedAt),
    });
  }

  /** Reads the trial part by part. A trial whose result cannot be read has none. */
  #leniently(stored: StoredTrial): FrozenTrial {
    const { id, number, startedAt, completedAt } = stored;
    const reading = new LenientReading();
    const state = reading.part(() => readState(stored.state));
    const values = reading.part(() => readValues(stored));
    const hasFailed = state === undefined || (state === 'COMPLETE' && values === undefined);
    const params = reading.rows(paramRows(stored), (row) => this.#param(row));
    const reports = reading.rows(stored.intermediateValues, readReport);
    const userAttrs = reading.attributes(stored.userAttrs.map(textOf));
    const systemAttrs = reading.attributes(stored.systemAttrs.map(textOf));
    const times = [startedAt, completedAt].map((time) =>
      time === null ? null : (reading.part(() => parseDatetime(time)) ?? null),
    );
    return Object.freeze({
      id,
      number,
      state: hasFailed ? 'FAIL' : state,
      ...paramsFrom(params),
      values: hasFailed ? null : (values ?? null),
      intermediateValues: new Map(reports),
      userAttrs,
      systemAttrs,
      startedAt: times[0] ?? null,
      completedAt: times[1] ?? null,
      ...(reading.problems && { unreadable: reading.problems }),
    });
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

  #param([, internal, { name, json }]: ParamRow): SuggestedParam {
    nameOf(name);
    try {
      if (typeof json === 'number') throw new TypeError(`its distribution is ${tooLong(json)}`);
      const distribution = this.distribution(json);
      return { name, value: paramValue(distribution, internal), distribution };
    } catch (error) {
      const { message } = error as Error;
      throw new TypeError(`the parameter ${storedText(name)}: ${message}`, { cause: error });
    }
  }

  /**
   * The parameters of a trial. Successive trials mostly have the same names from the same distributions, and share
   * these.
   */
  #params(stored: StoredTrial): Pick<FrozenTrial, 'params' | 'distributions'> {
    const rows = stored.params;
    const params: Record<string, ParamValue> = {};
    if ('row' in rows) {
      const space = rows.params === this.#lastSpace.aligned ? this.#lastSpace : this.#spaceOf(paramRows(stored));
      if (space !== this.#lastSpace) this.#lastSpace = { ...space, aligned: rows.params };
      for (let at = 0; at < space.params.length; at++) {
        const { name, distribution } = space.params[at] as SpaceParam;
        setOwnValue(params, name, paramValue(distribution, rows.row[at + 1] as number));
      }
      return { params: Object.freeze(params), distributions: space.distributions };
    }
    const space = isOf(this.#lastSpace, rows) ? this.#lastSpace : this.#spaceOf(rows);
    this.#lastSpace = space;
    for (let at = 0; at < rows.length; at++) {
      const { name, distribution } = space.params[at] as SpaceParam;
      setOwnValue(params, name, paramValue(distribution, (rows[at] as ParamRow)[1]));
    }
    return { params: Object.freeze(params), distributions: space.distributions };
  }

  /** The attributes of a trial. Successive trials often have the same lease as their only attribute, and share it. */
  #attributes(rows: readonly AttributeRow[]): Attributes {
    const first = rows[0];
    if (first === undefined) return NO_ATTRIBUTES;
    const [, key, json] = first;
    const last = this.#lastAttribute;
    if (rows.length === 1 && last?.key === key && last.json === json) return last.attributes;
    const attributes = readAttributes(rows.map(textOf));
    if (rows.length === 1) this.#lastAttribute = { key, json, attributes };
    return attributes;
  }

  #spaceOf(rows: readonly ParamRow[]): TrialSpace {
    const params = rows.map(([, , stored]) => ({
      stored,
      name: nameOf(stored.name),
      distribution: this.distribution(stored.json),
    }));
    const entries = params.map(({ name, distribution }) => [name, distribution]);
    return { params, distributions: Object.freeze(Object.fromEntries(entries)) };
  }
}

const NO_ATTRIBUTES: Attributes = Object.freeze({});

interface SpaceParam {
  readonly stored: StoredParam;
  readonly name: string;
  readonly distribution: Distribution;
}

/** The parameters of a trial, in their order. */
interface TrialSpace {
  readonly params: readonly SpaceParam[];
  readonly distributions: FrozenTrial['distributions'];
  /** The list that trials with these parameters share, where they are read aligned. */
  readonly aligned?: readonly StoredParam[];
}

function paramRows({ id, params }: StoredTrial): readonly ParamRow[] {
  if (!('row' in params)) return params;
  return params.params.map((param, at) => [id, params.row[at + 1] as number, param]);
}

function isOf({ params }: TrialSpace, rows: readonly ParamRow[]): boolean {
  if (params.length !== rows.length) return false;
  for (let at = 0; at < rows.length; at++) {
    const { stored } = params[at] as SpaceParam;
    const own = (rows[at] as ParamRow)[2];
    if (own !== stored && (own.name !== stored.name || own.json !== stored.json)) return false;
  }
  return true;
}

function paramsFrom(params: readonly SuggestedParam[]): Pick<FrozenTrial, 'params' | 'distributions'> {
  return {
    params: Object.freeze(Object.fromEntries(params.map(({ name, value }) => [name, value]))),
    distributions: Object.freeze(Object.fromEntries(params.map(({ name, distribution }) => [name, distribution]))),
  };
}

function nameOf(stored: string): string {
  if (typeof stored !== 'string') throw new TypeError(`a parameter's name is ${storedText(stored)}`);
  return stored;
}

function paramValue(distribution: Distribution, internal: number): ParamValue {
  if (!Number.isFinite(internal)) throw new TypeError(`it is stored as ${storedText(internal)}`);
  return distribution.fromInternal(internal);
}

function textOf([, key, json]: AttributeRow): AttributeText {
  return [key, json];
}

function readReport(row: NumberRow): readonly [step: number, value: number] {
  const [, step] = row;
  if (!Number.isSafeInteger(step)) throw new TypeError(`a report's step is ${storedText(step)}`);
  return [step, numberOf(row)];
}

function readReports(rows: readonly NumberRow[]): ReadonlyMap<number, number> {
  const reports = new Map<number, number>();
  for (const row of rows) {
    const [step, value] = readReport(row);
    reports.set(step, value);
  }
  return reports;
}

/** The values of a trial: one for each direction, none NaN, if it is COMPLETE; any number of them otherwise. */
function readValues({ state, values, directions }: StoredTrial): readonly number[] | null {
  const numbers = values.length === 0 ? null : Object.freeze(values.map(numberOf));
  if (numbers?.some(Number.isNaN)) throw new TypeError('one of its values is NaN');
  if (state === 'COMPLETE' && (directions === undefined ? numbers === null : numbers?.length !== directions)) {
    throw new TypeError(`it has ${numbers?.length ?? 0} values${directions === undefined ? '' : ` for ${directions}`}`);
  }
  return numbers;
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
      throw new TypeError(`its state is ${storedText(state)}`);
  }
}
