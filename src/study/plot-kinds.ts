/** The kinds of charts of a study, as `hpo plot` draws them. */
export const PLOT_KINDS = [
  'history',
  'pareto-front',
  'intermediate-values',
  'importance',
  'edf',
  'parallel-coordinates',
  'contour',
  'slice',
  'timeline',
  'confusion-matrix',
  'training-curves',
  't-sne',
] as const;

/** A kind of chart of a study: one of those of `hpo plot`. */
export type PlotKind = (typeof PLOT_KINDS)[number];
