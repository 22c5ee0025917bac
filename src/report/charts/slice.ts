import type { Chart, View } from '../chart.ts';
import { trialCount } from '../overview.ts';
import type { ReportData } from '../report-data.ts';
import { paramScale } from '../scale.ts';
import { colourBar, common, opacityOf, scaleAxis, trialBox } from './parts.ts';
import { lacksValues, objectiveScale, ratedTrials } from './trials.ts';

/** The trials' values against each parameter alone. */
export const slice: Chart = {
  kind: 'slice',
  title: 'Slices',
  caption: 'The values of complete trials against each parameter that they have; later trials are darker.',
  wide: true,
  choices: ['objective', 'log'],
  lacks: (data, view) => (data.params.length === 0 ? 'No trial has a parameter.' : lacksValues(data, view)),
  height: (data, view) => ABOVE + Math.ceil(data.params.length / columnsFor(data, view)) * ROW,
  option(data, view) {
    const rated = ratedTrials(data, view.objective);
    const values = objectiveScale(data, view, rated);
    const columns = columnsFor(data, view);
    const width = view.width / columns;
    const { palette } = view;
    const axes = data.params.map((param) => paramScale(param));
    const opacity = Math.max(0.35, opacityOf(rated.length));
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      visualMap: colourBar(view, {
        dimension: 2,
        min: 0,
        max: Math.max(1, trialCount(data.overview) - 1),
        text: ['late', 'early'],
        inRange: { color: [...palette.scale].reverse().slice(1) },
      }),
      grid: axes.map((_, at) => ({
        left: (at % columns) * width + 64,
        width: width - 82,
        top: ABOVE + Math.floor(at / columns) * ROW,
        height: ROW - 62,
      })),
      xAxis: axes.map((scale, at) => ({ ...scaleAxis(scale, view), gridIndex: at })),
      yAxis: axes.map((_, at) => ({
        ...scaleAxis(at % columns === 0 ? values : { ...values, name: '' }, view, { nameGap: 46 }),
        gridIndex: at,
      })),
      series: axes.map((scale, at) => ({
        type: 'scatter' as const,
        xAxisIndex: at,
        yAxisIndex: at,
        symbolSize: rated.length > 1000 ? 4 : 7,
        itemStyle: { opacity },
        data: rated
          .filter(({ trial }) => trial.params[at] !== null)
          .map(({ trial, value }) => [scale.place(trial.params[at] as number), values.place(value), trial.number]),
      })),
    };
  },
};

const ABOVE = 40;
const ROW = 250;
const NARROWEST = 280;

function columnsFor(data: ReportData, { width }: View): number {
  return Math.max(1, Math.min(data.params.length, 4, Math.floor(width / NARROWEST)));
}
