/** Everything that the module of kernels exports; compiled by `npm run build:kernels`. */
export { batchNorm, batchNormGradient, batchNormInference, batchNormScratch } from './batch-norm';
export { columnSums, columnSumsScratch } from './column-sums';
export { convolve, convolveScratch, inputGradient, inputGradientScratch } from './convolution';
export { dropout } from './dropout';
export { filterGradient, filterGradientScratch } from './filter-gradient';
export { setImages, setMaps, setWindow } from './geometry';
export { placeImages } from './images';
export { matMul, matMulScratch } from './mat-mul';
export { adam, sgd } from './optimizers';
export { averagePoolGradient, maxPoolGradient } from './pooling';
