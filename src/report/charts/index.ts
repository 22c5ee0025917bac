import type { Chart } from '../chart.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { contour } from './contour.ts';
import { edf } from './edf.ts';
import { history } from './history.ts';
import { importance } from './importance.ts';
import { intermediateValues } from './intermediate-values.ts';
import { parallelCoordinates } from './parallel-coordinates.ts';
import { paretoFront } from './pareto-front.ts';
import { slice } from './slice.ts';
import { tsne } from './t-sne.ts';
import { timeline } from './timeline.ts';
import { trainingCurves } from './training-curves.ts';

/** The charts of the search, in the order in which a page shows them. */
export const STUDY_CHARTS: readonly Chart[] = [
  ...[history, paretoFront, intermediateValues, importance, edf, parallelCoordinates, contour, slice, timeline],
];

/** The charts of the winner's retraining. */
export const WINNER_CHARTS: readonly Chart[] = [confusionMatrix, trainingCurves, tsne];

/** All kinds of charts. */
export const CHARTS: readonly Chart[] = [...STUDY_CHARTS, ...WINNER_CHARTS];
