import { formatNumber } from '../../reporter/text.ts';
import type { StudyModel } from '../study-model.ts';
import { stepPlot } from '../text/graphs.ts';
import { cut, type Line, line, span } from '../text/line.ts';
import type { Screen } from '../view.ts';

/** The best value so far, trial by trial, as large as the screen. */
export const history: Screen = ({ model }, width, height) =>
  valuePlot(model, width, height).map((each) => cut(each, width));

/** A plot of the best value so far, with its scale: `height` lines in all. */
export function valuePlot(model: StudyModel, width: number, height: number): Line[] {
  if (model.record.directions.length > 1) {
    return [line(span('several directions have no one best value: see the front in the overview', { dim: true }))];
  }
  const values = model.bestSoFar;
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [line(span('no complete trial yet', { dim: true }))];
  const [low, high] = [Math.min(...finite), Math.max(...finite)].map(formatNumber) as [string, string];
  const scale = Math.max(low.length, high.length) + 1;
  const rows = stepPlot(values, Math.max(1, width - scale), Math.max(1, height - 1));
  const labels = rows.map((_, at) => (at === 0 ? high : at === rows.length - 1 ? low : '').padStart(scale - 1));
  return [
    line(span('best value so far, by trial', { dim: true })),
    ...rows.map((row, at) => line(span(`${labels[at]} `, { dim: true }), span(row, { color: 'green' }))),
  ];
}
