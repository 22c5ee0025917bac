import { HpoError } from '../base/errors.ts';
import { type JsonValue, stringifyPythonJson } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import { VERSION } from '../base/version.ts';
import { estimateImportance } from '../importance/estimate.ts';
import { isCategorical } from '../space/categorical-distribution.ts';
import type { Distribution } from '../space/distribution.ts';
import { isNumeric } from '../space/numeric-distribution.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { PROFILE_KEY, SEED_KEY, SETTINGS_KEY } from '../study/study-keys.ts';
import { storedFailure } from '../study/trial/stored-failure.ts';
import { runnerOf } from '../study/trial-runners.ts';
import { bestOf } from '../trial/best-trial.ts';
import { isFeasible } from '../trial/constraints.ts';
import { lossesOf } from '../trial/direction.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';
import { metricsOf } from '../trial/reported-metrics.ts';
import { distributionsOf } from '../trial/shared-distributions.ts';
import { overviewOf } from './overview.ts';
import type {
  Fact,
  Objective,
  ReportData,
  Reported,
  ReportHead,
  ReportImportance,
  ReportParam,
  ReportShare,
  ReportTrial,
  Retrained,
} from './report-data.ts';
import { shownTrials } from './shown-trials.ts';

/**
 * Gathers the data of a report on a study of any origin.
 *
 * @param retrained the results of its retraining; null if there are none.
 * @param readAt the time at which its trials were read.
 */
export function gatherReport(stored: StoredStudy, retrained: Retrained | null, readAt: Date): ReportData {
  const { record, trials } = stored;
  const gathering = new Gathering();
  gathering.take(trials);
  const best = bestTrials(stored);
  const shown = shownTrials(trials, record.directions, best);
  const numbers = best.map(({ number }) => number);
  return Object.freeze({
    ...gathering.head(stored, { readAt, every: shown.every, best: numbers, retrained }),
    trials: shown.trials.map((trial) => gathering.trial(trial)),
    importances: importancesOf(stored, gathering.params),
  });
}

/** The parts of a study's {@link ReportHead} that are not found by looking at its trials once. */
export interface HeadParts {
  readonly readAt: Date;
  /** One trial in this many is among the data. */
  readonly every: number;
  /** The numbers of the best trials. */
  readonly best: readonly number[];
  readonly retrained: Retrained | null;
}

/**
 * The names that occur in a study's trials: its parameters, its metrics and its machines. Trials are taken as they come
 * and change, so that a study that goes on costs no more than what is new in it. A name that was taken stays.
 */
export class Gathering {
  readonly #distributions = new Map<string, Set<Distribution>>();
  readonly #metrics = new Set<string>();
  readonly #hosts = new Set<string>();
  #params: readonly ReportParam[] | undefined;
  #machines: readonly string[] = [];

  /** Takes trials that are new or have changed. */
  take(trials: readonly FrozenTrial[]): void {
    for (const own of distributionsOf(trials)) {
      for (const [name, distribution] of Object.entries(own)) {
        const known = this.#distributions.get(name);
        if (known?.has(distribution)) continue;
        this.#params = undefined;
        if (known === undefined) this.#distributions.set(name, new Set([distribution]));
        else known.add(distribution);
      }
    }
    const before = this.#hosts.size;
    for (const trial of trials) {
      for (const metrics of metricsOf(trial).values()) for (const name of Object.keys(metrics)) this.#metrics.add(name);
      const host = runnerOf(trial)?.host;
      if (host !== undefined) this.#hosts.add(host);
    }
    if (this.#hosts.size > before) this.#machines = [...this.#hosts].sort(BY_NAME.compare);
  }

  /** The parameters in the order of first use. */
  get params(): readonly ReportParam[] {
    this.#params ??= [...this.#distributions].map(([name, known]) => paramOf(name, [...known]));
    return this.#params;
  }

  /** The names, by whose places trials are told: of the parameters, of the metrics and of the machines. */
  get names(): readonly (readonly string[])[] {
    return [this.params.map(({ name }) => name), [...this.#metrics], this.#machines];
  }

  /** The data but for the trials. @param stored the study with all its trials, which were taken. */
  head(stored: StoredStudy, { readAt, every, best, retrained }: HeadParts): ReportHead {
    const { record, trials, storageLabel } = stored;
    return {
      study: {
        name: record.name,
        objectives: objectivesOf(stored),
        storageLabel,
        facts: factsOf(stored),
        version: VERSION,
      },
      params: this.params,
      metrics: [...this.#metrics],
      machines: this.#machines,
      overview: overviewOf(trials, readAt, every),
      best,
      retrained,
      readAt: readAt.getTime(),
    };
  }

  /** A trial that was taken, its parameters, metrics and machine by their places among the names as they are now. */
  trial(trial: FrozenTrial): ReportTrial {
    return reportTrial(trial, this.params, this.#metrics, this.#machines);
  }
}

const BY_NAME = new Intl.Collator('en', { numeric: true });

/** The system attribute in which Optuna keeps the names of a study's objectives. */
const METRIC_NAMES_KEY = 'study:metric_names';

function objectivesOf({ record: { directions, systemAttrs } }: StoredStudy): readonly Objective[] {
  const names = systemAttrs[METRIC_NAMES_KEY];
  const given = Array.isArray(names) ? names : [];
  return directions.map((direction, at) => ({
    name: typeof given[at] === 'string' ? given[at] : directions.length === 1 ? 'value' : `value ${at}`,
    direction,
  }));
}

/** The best trial, or with several directions the Pareto front. */
export function bestTrials({ record: { directions }, trials }: StoredStudy): readonly FrozenTrial[] {
  if (directions.length > 1) return paretoFront(trials, directions);
  const best = bestOf(trials, directions);
  return best === undefined ? [] : [best];
}

/** A parameter. Bounds that differ from trial to trial are joined; the other fields are the same in all trials. */
function paramOf(name: string, known: readonly Distribution[]): ReportParam {
  const [first] = known;
  if (first !== undefined && isCategorical(first)) return { kind: 'choice', name, choices: first.choices };
  const numeric = known.filter(isNumeric);
  return {
    kind: 'number',
    name,
    low: numeric.reduce((low, each) => Math.min(low, each.low), Infinity),
    high: numeric.reduce((high, each) => Math.max(high, each.high), -Infinity),
    log: numeric.every(({ log }) => log),
  };
}

function reportTrial(
  trial: FrozenTrial,
  params: readonly ReportParam[],
  metrics: Iterable<string>,
  machines: readonly string[],
): ReportTrial {
  const host = runnerOf(trial)?.host;
  const { number, state, values, startedAt, completedAt } = trial;
  const reported = [...metricsOf(trial)];
  return {
    number,
    state,
    values,
    feasible: isFeasible(trial),
    params: params.map(({ name }) => internalValue(trial, name)),
    reports: [...trial.intermediateValues],
    metrics: Array.from(metrics, (name) =>
      reported.flatMap(([step, own]): Reported[] => {
        const value = ownValue(own, name);
        return value === undefined ? [] : [[step, value]];
      }),
    ),
    startedAt: startedAt?.getTime() ?? null,
    completedAt: completedAt?.getTime() ?? null,
    machine: host === undefined ? null : machines.indexOf(host),
    userAttrs: facts(trial.userAttrs),
    error: errorOf(trial),
  };
}

function internalValue({ params, distributions }: FrozenTrial, name: string): number | null {
  const value = ownValue(params, name);
  return value === undefined ? null : (distributions[name]?.toInternal(value) ?? null);
}

function errorOf(trial: FrozenTrial): string | null {
  const failure = storedFailure(trial);
  return failure === undefined ? null : `${failure.name}: ${failure.message}`;
}

function factsOf({ record: { systemAttrs, userAttrs } }: StoredStudy): readonly Fact[] {
  const { [SEED_KEY]: seed, [PROFILE_KEY]: profile, [SETTINGS_KEY]: settings } = systemAttrs;
  const own: Attributes = { seed, profile: profile ?? undefined } as Attributes;
  return [...facts(own), ...facts(settings as Attributes | undefined), ...facts(userAttrs)];
}

/** Attributes as text: strings as they are, other values as JSON. */
export function facts(attributes: Attributes | undefined): readonly Fact[] {
  return Object.entries(attributes ?? {}).flatMap(([name, value]): Fact[] =>
    value === undefined ? [] : [[name, textOf(value)]],
  );
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : stringifyPythonJson(value);
}

/** The importances for each direction, and with several directions for their front, at the end. */
export function importancesOf(
  { record: { directions }, trials }: StoredStudy,
  params: readonly ReportParam[],
): readonly ReportImportance[] {
  const places = new Map(params.map(({ name }, place) => [name, place]));
  const measure = (target?: (trial: FrozenTrial) => number): ReportImportance => {
    try {
      const found = estimateImportance({ directions, trials }, target && { target });
      const shares = found.params.map(({ param, importance, low, high }): ReportShare => {
        return [places.get(param) as number, importance, low, high];
      });
      const doubt = found.doubt ?? null;
      return { shares, doubt, lacks: shares.length === 0 ? 'No parameter was searched that can be assessed.' : null };
    } catch (error) {
      if (!HpoError.is(error)) throw error;
      return { shares: [], doubt: null, lacks: error.message };
    }
  };
  if (directions.length === 1) return [measure()];
  const ofEach = directions.map((_, at) =>
    measure(({ values }) => lossesOf(values ?? [], directions)[at] ?? Number.NaN),
  );
  return [...ofEach, measure()];
}
