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
  const { record, trials, storageLabel } = stored;
  const params = paramsOf(trials);
  const best = bestTrials(stored);
  const shown = shownTrials(trials, record.directions, best);
  const metrics = metricNames(trials);
  const machines = machinesOf(trials);
  return Object.freeze({
    study: {
      name: record.name,
      objectives: objectivesOf(stored),
      storageLabel,
      facts: factsOf(stored),
      version: VERSION,
    },
    params,
    metrics,
    machines,
    overview: overviewOf(trials, readAt, shown.every),
    trials: shown.trials.map((trial) => reportTrial(trial, params, metrics, machines)),
    best: best.map(({ number }) => number),
    importances: importancesOf(stored, params),
    retrained,
    readAt: readAt.getTime(),
  });
}

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

function bestTrials({ record: { directions }, trials }: StoredStudy): readonly FrozenTrial[] {
  if (directions.length > 1) return paretoFront(trials, directions);
  const best = bestOf(trials, directions);
  return best === undefined ? [] : [best];
}

/**
 * The parameters of trials. Bounds that differ from trial to trial are joined; the other fields of a distribution are
 * the same in all trials.
 */
function paramsOf(trials: readonly FrozenTrial[]): readonly ReportParam[] {
  const distributions = new Map<string, Set<Distribution>>();
  for (const own of distributionsOf(trials)) {
    for (const [name, distribution] of Object.entries(own)) {
      const known = distributions.get(name);
      if (known === undefined) distributions.set(name, new Set([distribution]));
      else known.add(distribution);
    }
  }
  return [...distributions].map(([name, known]): ReportParam => {
    const [first] = known as ReadonlySet<Distribution>;
    if (first !== undefined && isCategorical(first)) return { kind: 'choice', name, choices: first.choices };
    const numeric = [...known].filter(isNumeric);
    return {
      kind: 'number',
      name,
      low: numeric.reduce((low, each) => Math.min(low, each.low), Infinity),
      high: numeric.reduce((high, each) => Math.max(high, each.high), -Infinity),
      log: numeric.every(({ log }) => log),
    };
  });
}

function metricNames(trials: readonly FrozenTrial[]): readonly string[] {
  const names = new Set<string>();
  for (const trial of trials) {
    for (const metrics of metricsOf(trial).values()) for (const name of Object.keys(metrics)) names.add(name);
  }
  return [...names];
}

/** The hosts that ran trials, by name. */
function machinesOf(trials: readonly FrozenTrial[]): readonly string[] {
  const hosts = new Set(trials.flatMap((trial) => runnerOf(trial)?.host ?? []));
  return [...hosts].sort(new Intl.Collator('en', { numeric: true }).compare);
}

function reportTrial(
  trial: FrozenTrial,
  params: readonly ReportParam[],
  metrics: readonly string[],
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
    metrics: metrics.map((name) =>
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

function importancesOf({ record: { directions }, trials }: StoredStudy, params: readonly ReportParam[]) {
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
