export { firstView, prefersLog } from './chart.ts';
export { gatherReport } from './gather.ts';
export { reportPage } from './page.ts';
export { LIGHT } from './palette.ts';
export { svgPicture } from './picture.ts';
export { pngOf } from './png.ts';
export { readRetrained } from './retrained.ts';
export { withParams } from './with-params.ts';
