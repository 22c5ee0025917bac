import type { Chart } from '../chart.ts';
import type { History } from '../report-data.ts';
import { valueScale } from '../scale.ts';
import { numberText } from '../text.ts';
import { tooltipHtml } from '../tooltip.ts';
import { common, countAxis, legend, scaleAxis, tooltip } from './parts.ts';

/** The epochs of the winner's retraining. */
export const trainingCurves: Chart = {
  kind: 'training-curves',
  title: 'Training of the winner',
  caption: 'Figures of the retraining, epoch by epoch.',
  wide: true,
  choices: [],
  lacks: ({ retrained }) =>
    retrained?.history == null || panelsOf(retrained.history).length === 0
      ? 'There is no retraining with a history.csv that has columns such as trainLoss and validationLoss.'
      : undefined,
  height: () => 300,
  option({ retrained }, view) {
    const history = retrained?.history as History;
    const panels = panelsOf(history);
    const width = view.width / panels.length;
    const { palette } = view;
    const colours: Readonly<Record<Part, string>> = {
      train: palette.accent,
      'train, in inference': palette.muted,
      validation: palette.best,
    };
    const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ part }) => part)))];
    return {
      ...common(view),
      tooltip: {
        ...tooltip(view, (params) => {
          const items = params as readonly { readonly seriesName: string; readonly value: readonly number[] }[];
          return tooltipHtml(
            `epoch ${items[0]?.value[0]}`,
            items.map(({ seriesName, value }) => [seriesName, numberText(value[2] ?? Number.NaN)]),
          );
        }),
        trigger: 'axis' as const,
        axisPointer: { lineStyle: { color: palette.faint } },
      },
      legend: legend(view, names),
      grid: panels.map((_, at) => ({ left: at * width + 64, width: width - 88, top: 34, bottom: 48 })),
      xAxis: panels.map((_, at) => ({
        ...countAxis(history.columns[0] ?? '', view),
        min: 'dataMin' as const,
        max: 'dataMax' as const,
        gridIndex: at,
      })),
      yAxis: panels.map(({ figure, curves }, at) => ({
        ...scaleAxis(
          valueScale(
            figure,
            curves.flatMap(({ column }) => valuesOf(history, column)),
            false,
          ),
          view,
          {
            nameGap: 46,
          },
        ),
        gridIndex: at,
      })),
      series: panels.flatMap(({ curves }, at) =>
        curves.map(({ part, column }) => ({
          type: 'line' as const,
          name: part,
          xAxisIndex: at,
          yAxisIndex: at,
          symbolSize: 5,
          showSymbol: history.rows.length < 40,
          data: history.rows.map((row) => [row[0], row[column], row[column]]),
          lineStyle: { color: colours[part], width: 2 },
          itemStyle: { color: colours[part] },
        })),
      ),
    };
  },
};

/** The images that a curve is of, and how they were taken. */
type Part = 'train' | 'train, in inference' | 'validation';

interface Panel {
  readonly figure: string;
  readonly curves: readonly { readonly part: Part; readonly column: number }[];
}

/** The panels of the columns `trainLoss`, `val_accuracy` and the like, one for each figure. */
function panelsOf({ columns }: History): readonly Panel[] {
  const panels = new Map<string, Panel>();
  for (const [column, name] of columns.entries()) {
    const [, side, inInference, figure] = /^(train|validation|val)[\s_-]*(evaluation)?[\s_-]*(\w+)$/i.exec(name) ?? [];
    if (side === undefined || figure === undefined) continue;
    const key = figure.toLowerCase();
    const ofTraining = inInference === undefined ? 'train' : 'train, in inference';
    const curve = { part: /^train$/i.test(side) ? ofTraining : 'validation', column } as const;
    panels.set(key, { figure: key, curves: [...(panels.get(key)?.curves ?? []), curve] });
  }
  return [...panels.values()];
}

function valuesOf({ rows }: History, column: number): readonly number[] {
  return rows.map((row) => row[column] ?? Number.NaN);
}
