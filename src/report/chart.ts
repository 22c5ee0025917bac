import type { EChartsOption } from 'echarts';
import type { Palette } from './palette.ts';
import type { ReportData } from './report-data.ts';

/** The choices of somebody who looks at a chart. */
export interface View {
  /** The place of the objective that charts of one show. */
  readonly objective: number;
  /** The places of the two objectives of a chart of two. */
  readonly objectives: readonly [x: number, y: number];
  /** The places of the two parameters of a chart of two. */
  readonly params: readonly [x: number, y: number];
  /** The reported numbers that are drawn: 0 for the intermediate values, else a metric by its place from 1 on. */
  readonly metric: number;
  /** Values on a logarithmic axis, as far as all are above 0. */
  readonly log: boolean;
  readonly palette: Palette;
  /** The room there is, in pixels. */
  readonly width: number;
}

/** Parts of a {@link View} that a chart heeds, and that are therefore to be chosen beside it. */
export type Choice = 'objective' | 'objectives' | 'params' | 'metric' | 'log';

/** One kind of chart of a study; pure. */
export interface Chart {
  /** Its name in `hpo plot`. */
  readonly kind: string;
  readonly title: string;
  /** A line on how it is read. */
  readonly caption: string;
  /** A line on how to use it on a page. */
  readonly hint?: string;
  /** Whether it takes the whole width of a page, or half of it. */
  readonly wide: boolean;
  readonly choices: readonly Choice[];
  /** Why these data do not make one, as a sentence; undefined where they do. */
  lacks(data: ReportData, view: View): string | undefined;
  /** The sentence beside the chart on how far to trust it; undefined where there is nothing to say. */
  caveat?(data: ReportData, view: View): string | undefined;
  /** The height it needs, in pixels. */
  height(data: ReportData, view: View): number;
  /**
   * The option that ECharts draws: on a canvas with tooltips, or as SVG. The last number of an item's value is the
   * number of its trial, if it has one.
   */
  option(data: ReportData, view: View): EChartsOption;
}

/** The view at first: the first objective, the first two objectives, the two parameters that matter most. */
export function firstView(data: ReportData, palette: Palette, width: number): View {
  const shares = data.importances.at(-1)?.shares ?? [];
  const [x = 0, y = x === 0 ? 1 : 0] = shares.map(([param]) => param);
  return { objective: 0, objectives: [0, 1], params: [x, y], metric: 0, log: prefersLog(data, 0), palette, width };
}

/** Whether there is anything of an objective that a logarithmic axis can show. */
export function takesLog({ trials }: ReportData, objective: number): boolean {
  const areAbove0 = (values: readonly (number | undefined)[]) => {
    const finite = values.filter((value) => Number.isFinite(value)) as number[];
    return finite.length > 0 && finite.every((value) => value > 0);
  };
  const reached = trials.map(({ values }) => values?.[objective]);
  return areAbove0(reached) || areAbove0(trials.flatMap(({ reports }) => reports.map(([, value]) => value)));
}

/** A greatest value of more than this many times the median would leave too little room for the others. */
const FAR = 1000;

/** Whether the values of an objective, those of pruned trials too, can be seen apart on a logarithmic axis alone. */
export function prefersLog({ trials }: ReportData, objective: number): boolean {
  const values = trials.map(({ values }) => values?.[objective]).filter((value) => Number.isFinite(value)) as number[];
  const sorted = Float64Array.from(values).sort();
  const [least, median, greatest] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  return least !== undefined && least > 0 && (greatest as number) > FAR * (median as number);
}
