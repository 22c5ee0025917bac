export { svgPicture } from './picture.ts';
export { pngOf } from './png.ts';
