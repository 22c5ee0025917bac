import type { CustomSeriesRenderItem } from 'echarts';
import type { Chart } from '../chart.ts';
import type { Palette } from '../palette.ts';
import type { ReportData, ReportImportance } from '../report-data.ts';
import { label } from './label.ts';
import { common } from './parts.ts';

/** The importance of each parameter. */
export const importance: Chart = {
  kind: 'importance',
  title: 'Importance',
  caption:
    'How much each parameter sets the best tenth of the trials apart (PED-ANOVA). ' +
    'The lines are intervals that hold the importance in nine of ten samples of as many trials.',
  wide: false,
  choices: ['objective'],
  lacks: (data, view) => importanceOf(data, view.objective).lacks ?? undefined,
  caveat: (data, view) => importanceOf(data, view.objective).doubt ?? undefined,
  height: (data, view) => 40 + 30 * Math.min(MOST, importanceOf(data, view.objective).shares.length),
  option(data, view) {
    const shares = importanceOf(data, view.objective).shares.slice(0, MOST);
    const { palette } = view;
    const names = shares.map(([param]) => label(data.params[param]?.name ?? '', 28));
    return {
      ...common(view),
      tooltip: { show: false },
      grid: { top: 4, right: 122, bottom: 4, left: 8 + 7 * Math.max(4, ...names.map((name) => name.length)) },
      xAxis: { type: 'value' as const, show: false, min: 0 },
      yAxis: {
        type: 'category' as const,
        inverse: true,
        data: shares.map((_, at) => at),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          color: palette.text,
          interval: 0,
          formatter: (_: string, at: number) => names[at] ?? '',
        },
      },
      series: [
        {
          type: 'bar' as const,
          data: shares.map(([, share]) => share),
          barMaxWidth: 16,
          silent: true,
          itemStyle: { color: palette.accent, borderRadius: 3 },
        },
        {
          type: 'custom' as const,
          name: 'interval',
          silent: true,
          data: shares.map(([, share, low, high], at) => [at, share, low, high]),
          encode: { x: [2, 3], y: 0 },
          renderItem: interval(palette),
          z: 3,
        },
      ],
    };
  },
};

/** Half the length of the strokes at the ends of an interval, in pixels. */
const STROKE = 4;

/** The interval of a bar as a line with a stroke at either end, and its text. */
function interval({ text, muted }: Palette): CustomSeriesRenderItem {
  return (_params, api) => {
    const [at, share, low, high] = [0, 1, 2, 3].map((dimension) => api.value(dimension) as number) as Interval;
    const [from = 0, y = 0] = api.coord([low, at]);
    const [to = 0] = api.coord([high, at]);
    const style = { stroke: text, lineWidth: 1.2 };
    const stroke = (x: number) => ({
      type: 'line' as const,
      shape: { x1: x, y1: y - STROKE, x2: x, y2: y + STROKE },
      style,
    });
    const words = {
      type: 'text' as const,
      x: to + 8,
      y,
      style: { text: intervalText(share, low, high), fill: muted, verticalAlign: 'middle' as const },
    };
    const line = { type: 'line' as const, shape: { x1: from, y1: y, x2: to, y2: y }, style };
    return { type: 'group', children: [line, stroke(from), stroke(to), words] };
  };
}

type Interval = [at: number, share: number, low: number, high: number];

/** The text of a share and its interval: `0.41 (0.2–0.63)`. */
function intervalText(share: number, low: number, high: number): string {
  return `${share.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** The number of parameters shown, the most important ones. */
const MOST = 20;

function importanceOf({ importances }: ReportData, objective: number): ReportImportance {
  return importances[objective] ?? { shares: [], doubt: null, lacks: null };
}
