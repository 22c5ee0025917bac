import type { EChartsOption } from 'echarts';
import type { PlotKind } from '../study/plot-kinds.ts';
import type { Palette } from './palette.ts';
import type { ReportData } from './report-data.ts';

/** The choices that a viewer of a chart has made. */
export interface View {
  /** The index of the objective, in charts of one. */
  readonly objective: number;
  /** The indices of the two objectives, in charts of two. */
  readonly objectives: readonly [x: number, y: number];
  /** The indices of the two parameters, in charts of two. */
  readonly params: readonly [x: number, y: number];
  /** The reported numbers that are drawn: 0 for the intermediate values, or a metric by its index, from 1 on. */
  readonly metric: number;
  /** Whether values are on a logarithmic axis, where all are above 0. */
  readonly log: boolean;
  readonly palette: Palette;
  /** The width that the chart has, in pixels. */
  readonly width: number;
}

/** The parts of a {@link View} that a chart may depend on; controls for them stand beside it. */
export type Choice = 'objective' | 'objectives' | 'params' | 'metric' | 'log';

/** One kind of chart of a study; pure. */
export interface Chart {
  /** The name in `hpo plot`. */
  readonly kind: PlotKind;
  readonly title: string;
  /** A line on how to read the chart. */
  readonly caption: string;
  /** A line on how to use the chart on a page. */
  readonly hint?: string;
  /** Whether the chart takes the whole width of a page, or half of it. */
  readonly wide: boolean;
  readonly choices: readonly Choice[];
  /** The reason why these data do not make a chart, as a sentence; undefined where they do. */
  lacks(data: ReportData, view: View): string | undefined;
  /** The sentence beside the chart on how far to trust it; undefined where there is no doubt. */
  caveat?(data: ReportData, view: View): string | undefined;
  /** The height that the chart needs, in pixels. */
  height(data: ReportData, view: View): number;
  /**
   * The option that ECharts draws, on a canvas with tooltips or as SVG. The last number of an item's value is the
   * number of its trial, if it has one.
   */
  option(data: ReportData, view: View): EChartsOption;
}

/** The initial view: the first objective, the first two objectives, and the two most important parameters. */
export function firstView(data: ReportData, palette: Palette, width: number): View {
  const shares = data.importances.at(-1)?.shares ?? [];
  const [x = 0, y = x === 0 ? 1 : 0] = shares.map(([param]) => param);
  return { objective: 0, objectives: [0, 1], params: [x, y], metric: 0, log: prefersLog(data, 0), palette, width };
}

/** Whether a logarithmic axis can show any value of an objective. */
export function takesLog({ trials }: ReportData, objective: number): boolean {
  const areAbove0 = (values: readonly (number | undefined)[]) => {
    const finite = values.filter((value) => Number.isFinite(value)) as number[];
    return finite.length > 0 && finite.every((value) => value > 0);
  };
  const reached = trials.map(({ values }) => values?.[objective]);
  return areAbove0(reached) || areAbove0(trials.flatMap(({ reports }) => reports.map(([, value]) => value)));
}

/** The ratio of the greatest value to the median above which a linear axis leaves too little room for the others. */
const FAR = 1000;

/** Whether only a logarithmic axis shows the values of an objective apart, those of pruned trials included. */
export function prefersLog({ trials }: ReportData, objective: number): boolean {
  const values = trials.map(({ values }) => values?.[objective]).filter((value) => Number.isFinite(value)) as number[];
  const sorted = Float64Array.from(values).sort();
  const [least, median, greatest] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  return least !== undefined && least > 0 && (greatest as number) > FAR * (median as number);
}
