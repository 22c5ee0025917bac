import { HpoError } from '../base/errors.ts';
import type { PlotKind } from '../study/plot-kinds.ts';
import type { PlotOptions } from '../study/presentation.ts';
import type { StoredStudy } from '../study/stored-study.ts';
import { firstView, prefersLog } from './chart.ts';
import { CHARTS } from './charts/index.ts';
import { gatherReport } from './gather.ts';
import { DARK, LIGHT } from './palette.ts';
import { svgPicture } from './picture.ts';
import { DEFAULT_WIDTH } from './picture-size.ts';
import { readRetrained } from './retrained.ts';
import { withParams } from './with-params.ts';

/**
 * A chart of a study as an SVG picture.
 *
 * @param options checked, but for the metric.
 * @param refuseMetric refuses a metric that the study does not have; the problem names those that it has.
 * @throws HpoError HPO_NOTHING_TO_SHOW where the study does not make the chart, saying why.
 */
export function studyPlot(
  stored: StoredStudy,
  kind: PlotKind,
  { width = DEFAULT_WIDTH, height, direction = 0, params, metric, log, theme }: PlotOptions,
  refuseMetric: (problem: string) => never,
): string {
  const { name } = stored.record;
  const gathered = gatherReport(stored, readRetrained(name, undefined, false), new Date());
  const data = params === undefined ? gathered : withParams(gathered, params);
  const place = metric === undefined ? -1 : gathered.metrics.indexOf(metric);
  if (metric !== undefined && place < 0) {
    const { metrics } = gathered;
    const there = metrics.length === 0 ? 'its trials reported none' : `it has ${metrics.join(', ')}`;
    refuseMetric(`the study '${name}' has no metric '${metric}'; ${there}.`);
  }
  const view = {
    ...firstView(data, theme === 'dark' ? DARK : LIGHT, width),
    objective: direction,
    metric: place + 1,
    log: log ?? prefersLog(data, direction),
    ...(params !== undefined && { params: [0, 1] as const }),
  };
  const chart = CHARTS.find((each) => each.kind === kind);
  if (chart === undefined) throw new Error(`There is no chart ${kind}`);
  const lacks = chart.lacks(data, view);
  if (lacks !== undefined) {
    throw new HpoError('HPO_NOTHING_TO_SHOW', `There is no ${kind} of the study '${name}' to draw. ${lacks}`);
  }
  return svgPicture(chart, data, view, height);
}
