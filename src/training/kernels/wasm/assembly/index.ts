/** Everything that the module of kernels exports; compiled by `npm run build:kernels`. */
export { filterGradient, filterGradientScratch } from './filter-gradient';
export { setImages, setMaps, setWindow } from './geometry';
