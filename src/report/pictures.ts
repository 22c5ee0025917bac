export { pngOf } from './png.ts';
export { studyPlot } from './study-plot.ts';
