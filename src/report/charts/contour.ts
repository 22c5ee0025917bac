import type { CustomSeriesRenderItem } from 'echarts';
import type { Chart } from '../chart.ts';
import { paramScale, type Scale } from '../scale.ts';
import { common, frame, scaleAxis, trialBox, valueColours } from './parts.ts';
import { type Sample, smooth } from './smooth.ts';
import { lacksValues, objectiveScale, ratedTrials } from './trials.ts';

/** The trials' values over two parameters. */
export const contour: Chart = {
  kind: 'contour',
  title: 'Contour',
  caption:
    'Complete trials over two parameters. The background is the mean of nearby trials, and blank where there are none.',
  wide: true,
  choices: ['objective', 'params', 'log'],
  lacks(data, view) {
    if (data.params.length < 2) return 'It takes two parameters.';
    const both = data.trials.some((trial) => view.params.every((at) => trial.params[at] !== null));
    return both ? lacksValues(data, view) : 'No trial has both of these parameters.';
  },
  height: () => 420,
  option(data, view) {
    const [x, y] = view.params;
    const rated = ratedTrials(data, view.objective).filter(({ trial }) =>
      view.params.every((at) => trial.params[at] !== null),
    );
    const [across, up] = view.params.map((at) => paramScale(data.params[at] as (typeof data.params)[number])) as [
      Scale,
      Scale,
    ];
    const values = objectiveScale(data, view, rated);
    const points = rated.map(
      ({ trial, value }): Point => [
        across.place(trial.params[x] as number),
        up.place(trial.params[y] as number),
        values.place(value),
        trial.number,
      ],
    );
    const ground = cellsOf(points, across, up);
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      grid: { ...frame(), left: 78 },
      visualMap: { ...valueColours(data, view, values, rated, 2), seriesIndex: [0, 1] },
      xAxis: { ...scaleAxis(across, view), splitLine: { show: false } },
      yAxis: { ...scaleAxis(up, view, { nameGap: 58 }), splitLine: { show: false } },
      series: [
        {
          type: 'custom' as const,
          silent: true,
          data: ground,
          renderItem: cell,
          clip: true,
        },
        {
          type: 'scatter' as const,
          symbolSize: rated.length > 1000 ? 4 : 9,
          data: points,
          itemStyle: { borderColor: view.palette.surface, borderWidth: rated.length > 1000 ? 0 : 1.2 },
        },
      ],
    };
  },
};

/** A trial's place, its value, and its number. */
type Point = [x: number, y: number, value: number, trial: number];

const COLUMNS = 64;
const ROWS = 44;

/** The cells of the background: their middle, their value, their size. */
function cellsOf(points: readonly Point[], across: Scale, up: Scale) {
  const part = (scale: Scale, place: number) => (place - scale.low) / (scale.high - scale.low);
  const samples = points.map(([x, y, value]): Sample => ({ x: part(across, x), y: part(up, y), value }));
  const width = (across.high - across.low) / COLUMNS;
  const height = (up.high - up.low) / ROWS;
  return [...smooth(samples, COLUMNS, ROWS)].flatMap((value, at) =>
    Number.isNaN(value)
      ? []
      : [
          [
            across.low + ((at % COLUMNS) + 0.5) * width,
            up.low + (Math.floor(at / COLUMNS) + 0.5) * height,
            value,
            width,
            height,
          ],
        ],
  );
}

const cell: CustomSeriesRenderItem = (_params, api) => {
  const [x, y] = [api.value(0) as number, api.value(1) as number];
  const [left = 0, top = 0] = api.coord([x - (api.value(3) as number) / 2, y + (api.value(4) as number) / 2]);
  const [right = 0, bottom = 0] = api.coord([x + (api.value(3) as number) / 2, y - (api.value(4) as number) / 2]);
  // A little more than the cell, so that no line shows between two.
  const shape = { x: left, y: top, width: right - left + 0.6, height: bottom - top + 0.6 };
  return { type: 'rect', shape, style: { fill: api.visual('color') as string } };
};
