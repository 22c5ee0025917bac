import type { Chart, View } from '../chart.ts';
import type { ReportData, ReportTrial } from '../report-data.ts';
import { valueScale } from '../scale.ts';
import { common, frame, legend, opacityOf, scaleAxis, trialBox } from './parts.ts';
import { objectiveName } from './trials.ts';

/** The trials' values of two objectives. */
export const paretoFront: Chart = {
  kind: 'pareto-front',
  title: 'Pareto front',
  caption: 'Complete trials by two objectives; no trial is better than one of the front in all objectives.',
  wide: true,
  choices: ['objectives'],
  lacks(data, view) {
    if (data.study.objectives.length < 2) return 'It takes several objectives.';
    return shown(data, view).length === 0 ? 'No trial is complete with finite values yet.' : undefined;
  },
  height: () => 420,
  option(data, view) {
    const [x, y] = view.objectives;
    const trials = shown(data, view);
    const scaleOf = (at: number) =>
      valueScale(
        `${objectiveName(data, at)} (${data.study.objectives[at]?.direction})`,
        trials.map(({ values }) => values?.[at] ?? Number.NaN),
        false,
      );
    const [across, up] = [scaleOf(x), scaleOf(y)];
    const front = new Set(data.best);
    const { palette } = view;
    const point = ({ values, number }: ReportTrial) => [values?.[x], values?.[y], number];
    const ofFront = trials.filter(({ number }) => front.has(number));
    const infeasible = trials.filter(({ feasible }) => !feasible);
    const others = trials.filter(({ feasible, number }) => feasible && !front.has(number));
    const opacity = opacityOf(trials.length);
    const size = trials.length > 1000 ? 5 : 8;
    const groups = [
      { name: 'other trials', data: others, color: palette.accent, opacity: opacity * 0.7, size },
      { name: 'infeasible', data: infeasible, color: palette.faint, opacity, size },
      { name: 'Pareto front', data: ofFront, color: palette.best, opacity: 1, size: size + 2 },
    ].filter(({ data: { length } }) => length > 0);
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      legend: legend(
        view,
        groups.map(({ name }) => name),
      ),
      grid: frame(),
      xAxis: scaleAxis(across, view),
      yAxis: scaleAxis(up, view, { nameGap: 46 }),
      series: groups.map((group) => ({
        type: 'scatter' as const,
        name: group.name,
        data: group.data.map(point),
        symbolSize: group.size,
        itemStyle: { color: group.color, opacity: group.opacity },
      })),
    };
  },
};

function shown({ trials }: ReportData, { objectives }: View): readonly ReportTrial[] {
  return trials.filter(
    ({ state, values }) => state === 'COMPLETE' && objectives.every((at) => Number.isFinite(values?.[at])),
  );
}
