import type { Chart } from '../chart.ts';
import { tooltipHtml } from '../tooltip.ts';
import { common, countAxis, frame, scaleAxis, tooltip } from './parts.ts';
import { lacksValues, objectiveScale, ratedTrials } from './trials.ts';

/** The empirical distribution function of the trials' values. */
export const edf: Chart = {
  kind: 'edf',
  title: 'Distribution of values',
  caption: 'The share of the complete trials with finite values that reached at most this value (EDF).',
  wide: false,
  choices: ['objective', 'log'],
  lacks: lacksValues,
  height: () => 320,
  option(data, view) {
    const rated = ratedTrials(data, view.objective);
    const scale = objectiveScale(data, view, rated);
    const sorted = rated.toSorted((a, b) => a.value - b.value);
    const steps = sorted.map(({ trial, value }, at) => [scale.place(value), (at + 1) / sorted.length, trial.number]);
    const { palette } = view;
    return {
      ...common(view),
      tooltip: {
        ...tooltip(view, (params) => {
          const [item] = params as readonly { readonly value: readonly number[] }[];
          const [place = Number.NaN, share = 0] = item?.value ?? [];
          const reached = sorted.find(({ value }) => scale.place(value) === place)?.value;
          if (reached === undefined) return '';
          return tooltipHtml(`${(100 * share).toFixed(1)} % of the trials`, [
            [scale.name, `at most ${scale.label(reached)}`],
          ]);
        }),
        trigger: 'axis' as const,
        axisPointer: { lineStyle: { color: palette.faint } },
      },
      grid: frame(12),
      xAxis: scaleAxis(scale, view),
      yAxis: {
        ...countAxis('share of the trials', view),
        nameGap: 46,
        min: 0,
        max: 1,
        minInterval: 0,
        splitLine: { lineStyle: { color: palette.grid } },
      },
      series: [
        {
          type: 'line' as const,
          step: 'end' as const,
          symbol: 'none',
          data: [[scale.low, 0], ...steps, [scale.high, 1]],
          lineStyle: { color: palette.accent, width: 2 },
          itemStyle: { color: palette.accent },
          areaStyle: { color: palette.accent, opacity: 0.1 },
        },
      ],
    };
  },
};
