// pictures.ts is apart, since ECharts takes a third of a second to load.
export { firstView, prefersLog } from './chart.ts';
export { gatherReport } from './gather.ts';
export { reportPage } from './page.ts';
export { pageScript } from './page-script.ts';
export { LIGHT } from './palette.ts';
export { readRetrained } from './retrained.ts';
export { withParams } from './with-params.ts';
