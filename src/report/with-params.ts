import type { ReportData, ReportShare } from './report-data.ts';

/** The data of a study reduced to these parameters, in this order. */
export function withParams(data: ReportData, names: readonly string[]): ReportData {
  const kept = names.map((name) => data.params.findIndex((param) => param.name === name)).filter((at) => at >= 0);
  const places = new Map(kept.map((at, place) => [at, place]));
  return Object.freeze({
    ...data,
    params: kept.flatMap((at) => data.params[at] ?? []),
    trials: data.trials.map((trial) => ({ ...trial, params: kept.map((at) => trial.params[at] ?? null) })),
    importances: data.importances.map(({ shares, doubt, lacks }) => ({
      doubt,
      lacks,
      shares: shares.flatMap(([at, ...share]): ReportShare[] => {
        const place = places.get(at);
        return place === undefined ? [] : [[place, ...share]];
      }),
    })),
  });
}
