import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend_util, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { finishOf, multiply, type Product } from './product.ts';

type Shape4D = [number, number, number, number];
type Info = backend_util.Conv2DInfo;

/** The attributes that tfjs passes to the kernels of convolutions. */
interface Geometry {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

interface Conv2DInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  /** Of the training op and of FusedConv2D, as `activation`. */
  readonly bias?: TensorInfo;
}

// The three products of a convolution, without patches being written out anywhere. The geometry is part of the code, so
// that the compiler turns every division by it into a multiplication; the number of images is not.

/**
 * Conv2D, FusedConv2D, or the training op. The stock kernels write out the patches of small convolutions, and add up the
 * parts of a product, as those of filters of one pixel, in whatever order the GPU comes to them.
 *
 * @param stock the stock kernel, which still does dilated convolutions, channels that come first, and further activations.
 */
export function conv2d(stock: KernelFunc): KernelFunc {
  return kernel<Conv2DInputs, Geometry & { activation?: string }, WebGPUBackend>(({ inputs, attrs, backend }) => {
    const { x, filter, bias } = inputs;
    const finish = finishOf(bias, attrs.activation);
    const info = infoOf(x.shape, filter.shape, attrs);
    if (!info || !finish) return stock({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as TensorInfo;
    const { batchSize, outHeight, outWidth, outChannels, outShape } = info;
    const size = { rows: batchSize * outHeight * outWidth, depth: taps(info), columns: outChannels };
    return multiply(backend, forward(info), [x, filter], size, outShape, finish);
  });
}

/** @param stock gives each thread one element of the filter and all images; it still does what {@link conv2d} leaves. */
export function conv2dBackpropFilter(stock: KernelFunc): KernelFunc {
  return kernel<{ x: TensorInfo; dy: TensorInfo }, Geometry & { filterShape: Shape4D }, WebGPUBackend>(
    ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs;
      const info = infoOf(x.shape, attrs.filterShape, attrs);
      if (!info) return stock({ inputs, backend, attrs: { ...attrs } }) as TensorInfo;
      const { batchSize, outHeight, outWidth, outChannels } = info;
      const size = { rows: taps(info), depth: batchSize * outHeight * outWidth, columns: outChannels };
      return multiply(backend, filterGradient(info), [x, dy], size, attrs.filterShape);
    },
  );
}

/** @param stock gives each thread one element of the image and all taps; it still does what {@link conv2d} leaves. */
export function conv2dBackpropInput(stock: KernelFunc): KernelFunc {
  return kernel<{ dy: TensorInfo; filter: TensorInfo }, Geometry & { inputShape: Shape4D }, WebGPUBackend>(
    ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs;
      const info = infoOf(attrs.inputShape, filter.shape, attrs);
      if (!info) return stock({ inputs, backend, attrs: { ...attrs } }) as TensorInfo;
      const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, outChannels } = info;
      const size = {
        rows: batchSize * inHeight * inWidth,
        depth: filterHeight * filterWidth * outChannels,
        columns: inChannels,
      };
      return multiply(backend, imageGradient(info), [dy, filter], size, attrs.inputShape);
    },
  );
}

/** The geometry of a convolution; undefined where the products of this file cannot do it. */
function infoOf(x: number[], filter: number[], geometry: Geometry): Info | undefined {
  const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' } = geometry;
  const isPlain = dataFormat === 'NHWC' && [dilations].flat().every((size) => size === 1);
  if (!isPlain || [...x, ...filter].includes(0)) return undefined;
  return backend_util.computeConv2DInfo(x as Shape4D, filter as Shape4D, strides, 1, pad, dimRoundingMode);
}

const taps = ({ filterHeight, filterWidth, inChannels }: Info): number => filterHeight * filterWidth * inChannels;

function forward(info: Info): Product {
  return {
    name: `convolution ${geometryName(info)}`,
    alongDepth: { a: true, b: false },
    code: `${constants(info)} ${patches}
      fn left(row: u32, depth: u32) -> f32 { return numberAt(row, depth); }
      fn right(depth: u32, column: u32) -> f32 { return b[depth * outChannels + column]; }`,
  };
}

function filterGradient(info: Info): Product {
  return {
    name: `filter gradient ${geometryName(info)}`,
    alongDepth: { a: false, b: false },
    code: `${constants(info)} ${patches}
      fn left(row: u32, depth: u32) -> f32 { return numberAt(depth, row); }
      fn right(depth: u32, column: u32) -> f32 { return b[depth * outChannels + column]; }`,
  };
}

function imageGradient(info: Info): Product {
  return {
    name: `image gradient ${geometryName(info)}`,
    alongDepth: { a: true, b: true },
    code: `${constants(info)}
      fn left(row: u32, depth: u32) -> f32 {
        let y = i32(row / inWidth % inHeight) + padTop - i32(depth / outChannels / filterWidth);
        let x = i32(row % inWidth) + padLeft - i32(depth / outChannels % filterWidth);
        if (y < 0 || x < 0 || y % strideHeight != 0 || x % strideWidth != 0) { return 0; }
        let outY = u32(y / strideHeight);
        let outX = u32(x / strideWidth);
        if (outY >= outHeight || outX >= outWidth) { return 0; }
        let image = row / (inWidth * inHeight);
        return a[((image * outHeight + outY) * outWidth + outX) * outChannels + depth % outChannels];
      }
      fn right(depth: u32, column: u32) -> f32 {
        return b[(depth / outChannels * inChannels + column) * outChannels + depth % outChannels];
      }`,
  };
}

/** The number that a tap of the filter meets at a place of the output; 0 beyond the border. */
const patches = `
  fn numberAt(place: u32, tap: u32) -> f32 {
    let y = i32(place / outWidth % outHeight) * strideHeight - padTop + i32(tap / inChannels / filterWidth);
    let x = i32(place % outWidth) * strideWidth - padLeft + i32(tap / inChannels % filterWidth);
    if (y < 0 || x < 0 || y >= i32(inHeight) || x >= i32(inWidth)) { return 0; }
    let image = place / (outWidth * outHeight);
    return a[((image * inHeight + u32(y)) * inWidth + u32(x)) * inChannels + tap % inChannels];
  }`;

function constants(info: Info): string {
  const sizes = ['inHeight', 'inWidth', 'inChannels', 'outHeight', 'outWidth', 'outChannels', 'filterWidth'] as const;
  const steps = ['strideHeight', 'strideWidth'] as const;
  return [
    ...sizes.map((name) => `const ${name} = ${info[name]}u;`),
    ...steps.map((name) => `const ${name} = ${info[name]}i;`),
    `const padTop = ${info.padInfo.top}i;`,
    `const padLeft = ${info.padInfo.left}i;`,
  ].join('\n');
}

function geometryName(info: Info): string {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const images = `${inHeight} × ${inWidth} × ${inChannels} to ${outHeight} × ${outWidth} × ${outChannels}`;
  const window = `${info.filterHeight} × ${info.filterWidth} by ${info.strideHeight} × ${info.strideWidth}`;
  return `${images}, ${window} from ${padInfo.top} × ${padInfo.left}`;
}
