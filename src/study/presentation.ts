import type { PlotKind } from './plot-kinds.ts';
import type { StoredStudy } from './stored-study.ts';

/** The options of {@link Study.report}. */
export interface ReportOptions {
  /** Whether the pictures of the retrained winner's images are in the report. Default true. */
  readonly images?: boolean;
}

/** The options of {@link Study.plot}. */
export interface PlotOptions {
  /** The width in pixels, 200 to 4,000. Default 900. */
  readonly width?: number;
  /** The height in pixels, 150 to 4,000. Default: as the chart needs. */
  readonly height?: number;
  /** The direction to draw, by its place. Default 0. */
  readonly direction?: number;
  /** The names of the parameters to draw. Default: all; for a contour the two most important ones. */
  readonly params?: readonly string[];
  /** With `intermediate-values`, the further figure of the reports to draw. Default: the intermediate values. */
  readonly metric?: string;
  /** Whether values are on a logarithmic axis, where all are above 0. Default: where they are far apart. */
  readonly log?: boolean;
  /** The colours. Default `light`. */
  readonly theme?: 'light' | 'dark';
}

/** Shows studies as documents. */
export interface Presenter {
  /** The report of a study as HTML. */
  report(stored: StoredStudy, options: ReportOptions): Promise<string>;
  /** A chart of a study as SVG. */
  plot(stored: StoredStudy, kind: PlotKind, options: PlotOptions): Promise<string>;
}

let load: (() => Promise<Presenter>) | undefined;

/**
 * Sets the presenter of all studies, which is loaded when the first one is to be shown. Reports know studies, and not the
 * other way round, so that a program that shows none loads no charts.
 */
export function presentBy(loadPresenter: () => Promise<Presenter>): void {
  load = loadPresenter;
}

/** The presenter of all studies. */
export function presenter(): Promise<Presenter> {
  if (load === undefined) throw new Error('No presenter was set; src/index.ts does it.');
  return load();
}
