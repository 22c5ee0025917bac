import type { Chart } from '../chart.ts';
import { tooltipHtml } from '../tooltip.ts';
import { label } from './label.ts';
import { common, tooltip } from './parts.ts';

/** The classes that the retrained winner confuses. */
export const confusionMatrix: Chart = {
  kind: 'confusion-matrix',
  title: 'Confusion matrix',
  caption:
    'The number of images of each class (a row) that were taken for each class (a column); the diagonal is right.',
  wide: false,
  choices: [],
  lacks: ({ retrained }) =>
    (retrained?.confusion.length ?? 0) === 0 ? 'No retraining has written a confusion matrix.' : undefined,
  height: ({ retrained }) => 110 + 34 * Math.min(16, retrained?.confusion.length ?? 0),
  option({ retrained }, view) {
    const confusion = retrained?.confusion ?? [];
    const names = (retrained?.classes ?? []).map(({ name }) => label(name, 14));
    const sums = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
    const cells = confusion.flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })));
    const { palette } = view;
    const share = (actual: number, count: number) => count / Math.max(1, sums[actual] ?? 0);
    const axis = {
      type: 'category' as const,
      data: names,
      axisLine: { show: false },
      axisTick: { show: false },
      nameLocation: 'middle' as const,
      nameTextStyle: { color: palette.muted },
      splitArea: { show: false },
    };
    return {
      ...common(view),
      tooltip: tooltip(view, (params) => {
        const [predicted = 0, actual = 0] = (params as { readonly value: readonly number[] }).value;
        const count = confusion[actual]?.[predicted] ?? 0;
        return tooltipHtml(`${names[actual]} taken for ${names[predicted]}`, [
          ['images', String(count)],
          ['of the class', `${(100 * share(actual, count)).toFixed(1)} %`],
        ]);
      }),
      grid: { top: 8, right: 12, bottom: 84, left: 100 },
      visualMap: {
        show: false,
        type: 'continuous' as const,
        dimension: 2,
        min: 0,
        max: 1,
        inRange: { color: [palette.surface, ...[...palette.scale].reverse().slice(2, 5)] },
      },
      xAxis: { ...axis, name: 'predicted', nameGap: 62, axisLabel: { color: palette.muted, interval: 0, rotate: 45 } },
      yAxis: { ...axis, inverse: true, name: 'actual', nameGap: 82, axisLabel: { color: palette.muted, interval: 0 } },
      series: [
        {
          type: 'heatmap' as const,
          data: cells.map(({ actual, predicted, count }) => ({
            value: [predicted, actual, share(actual, count)],
            label: { color: share(actual, count) > 0.45 ? palette.surface : palette.text },
          })),
          itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 },
          label: {
            show: confusion.length <= 12,
            fontSize: 11,
            formatter: ({ dataIndex }: { readonly dataIndex: number }) => String(cells[dataIndex]?.count ?? ''),
          },
        },
      ],
    };
  },
};
