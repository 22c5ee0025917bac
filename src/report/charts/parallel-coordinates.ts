import type { Chart, View } from '../chart.ts';
import type { ReportParam } from '../report-data.ts';
import { paramScale, type Scale } from '../scale.ts';
import { label } from './label.ts';
import { common, opacityOf, trialBox, valueColours } from './parts.ts';
import { isMaximised, lacksValues, objectiveScale, ratedTrials } from './trials.ts';

/** Every complete trial as a line through its parameters. */
export const parallelCoordinates: Chart = {
  kind: 'parallel-coordinates',
  title: 'Parallel coordinates',
  caption: 'A line for each complete trial, the best the strongest.',
  hint: 'Drag along an axis to pick lines, click it to drop them.',
  wide: true,
  choices: ['objective', 'log'],
  lacks: (data, view) => (data.params.length === 0 ? 'No trial has a parameter.' : lacksValues(data, view)),
  height: () => 400,
  option(data, view) {
    const rated = ratedTrials(data, view.objective);
    const worstFirst = isMaximised(data, view.objective) ? 1 : -1;
    const sorted = rated.toSorted((a, b) => worstFirst * (a.value - b.value));
    const values = objectiveScale(data, view, rated);
    const axes = data.params.map((param, at) =>
      withAbsent(
        paramScale(param),
        rated.some(({ trial }) => trial.params[at] === null),
      ),
    );
    return {
      ...common(view),
      tooltip: trialBox(data, view),
      visualMap: valueColours(data, view, values, rated, 0),
      parallel: { top: 84, bottom: 26, left: 60, right: 70, parallelAxisDefault: { areaSelectStyle: { width: 16 } } },
      parallelAxis: [values, ...axes].map((scale, dim) => parallelAxis(scale, dim, data.params, view)),
      series: [
        {
          type: 'parallel' as const,
          data: sorted.map(({ trial, value }) => [
            values.place(value),
            ...axes.map((scale, at) => scale.place(trial.params[at] ?? Number.NaN)),
            trial.number,
          ]),
          lineStyle: { width: rated.length > 1000 ? 1 : 1.5, opacity: opacityOf(rated.length / 2) },
          inactiveOpacity: 0.02,
          smooth: false,
          progressive: 1000,
        },
      ],
    };
  },
};

/** The distance below an axis of the mark for trials that lack the parameter, as a part of the axis. */
const BELOW = 0.12;

/** A scale that has, where needed, one more mark below for values that have no place. */
function withAbsent(scale: Scale, needed: boolean): Scale {
  if (!needed) return scale;
  const absent = scale.low - (scale.high - scale.low) * BELOW;
  return {
    ...scale,
    low: absent,
    ticks: [{ place: absent, label: 'none' }, ...scale.ticks],
    place: (value) => (Number.isNaN(value) ? absent : scale.place(value)),
  };
}

/** The approximate width of a character, in pixels. */
const CHARACTER = 7;

function parallelAxis(scale: Scale, dim: number, params: readonly ReportParam[], { palette, width }: View) {
  const places = scale.ticks.map(({ place }) => place);
  const labels = new Map(scale.ticks.map((tick) => [tick.place, label(tick.label, 12)]));
  const room = Math.max(30, (width - 130) / Math.max(1, params.length));
  return {
    dim,
    type: 'value' as const,
    name: label(scale.name, Math.max(8, Math.floor((2 * room) / CHARACTER))),
    // Names stand higher and lower in turn, so that each has the room of two.
    nameGap: dim % 2 === 0 ? 10 : 26,
    nameTextStyle: { color: dim === 0 ? palette.text : palette.muted, fontWeight: dim === 0 ? 600 : 400 },
    min: scale.low,
    max: scale.high,
    axisLine: { lineStyle: { color: palette.faint } },
    axisTick: { lineStyle: { color: palette.faint }, customValues: places },
    axisLabel: {
      color: palette.text,
      backgroundColor: `${palette.surface}cc`,
      padding: 2,
      borderRadius: 2,
      customValues: places,
      formatter: (place: number) => labels.get(place) ?? '',
    },
  } as const;
}
