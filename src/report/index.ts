// pictures.ts is apart, since ECharts takes a third of a second to load.
export { gatherReport } from './gather.ts';
export { reportPage } from './page.ts';
export { pageScript } from './page-script.ts';
export { studyReport } from './study-report.ts';
