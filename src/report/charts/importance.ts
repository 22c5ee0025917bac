import type { Chart } from '../chart.ts';
import type { ReportData, ReportImportance } from '../report-data.ts';
import { label } from './label.ts';
import { common } from './parts.ts';

/** How much each parameter matters. */
export const importance: Chart = {
  kind: 'importance',
  title: 'Importance',
  caption: 'How much each parameter sets the best tenth of the trials apart (PED-ANOVA).',
  wide: false,
  choices: ['objective'],
  lacks: (data, view) => importanceOf(data, view.objective).lacks ?? undefined,
  height: (data, view) => 40 + 30 * Math.min(MOST, importanceOf(data, view.objective).shares.length),
  option(data, view) {
    const shares = importanceOf(data, view.objective).shares.slice(0, MOST);
    const { palette } = view;
    const names = shares.map(([param]) => label(data.params[param]?.name ?? '', 28));
    return {
      ...common(view),
      tooltip: { show: false },
      grid: { top: 4, right: 56, bottom: 4, left: 8 + 7 * Math.max(4, ...names.map((name) => name.length)) },
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
          label: {
            show: true,
            position: 'right' as const,
            color: palette.muted,
            formatter: ({ dataIndex }: { readonly dataIndex: number }) => (shares[dataIndex]?.[1] ?? 0).toFixed(3),
          },
        },
      ],
    };
  },
};

/** The most important ones will do. */
const MOST = 20;

function importanceOf({ importances }: ReportData, objective: number): ReportImportance {
  return importances[objective] ?? { shares: [], lacks: null };
}
