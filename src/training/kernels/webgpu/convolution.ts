import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend_util, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { madeOnce } from './made-once.ts';
import { matrixFactor } from './matrix-factor.ts';
import { finishOf, multiply } from './product.ts';
import { elementAt, elementType } from './program.ts';
import type { Factor } from './tile-side.ts';
import type { Product } from './tiled-product.ts';

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
 * Conv2D, FusedConv2D, or the training op. The stock kernels write out the patches of small convolutions, and add up
 * the parts of a product, as those of filters of one pixel, in whatever order the GPU comes to them.
 *
 * @param stock the stock kernel, which still does dilated convolutions, channels that come first, and further
 *   activations.
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

/**
 * @param stock gives each thread one element of the filter and all images; it still does what {@link conv2d} leaves.
 */
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

const products = madeOnce<Product>();

const taps = ({ filterHeight, filterWidth, inChannels }: Info): number => filterHeight * filterWidth * inChannels;

function forward(info: Info): Product {
  return products(`convolution ${geometryName(info)}`, (name) => ({
    name,
    code: constants(info),
    left: {
      isAlongDepth: true,
      isVector: info.inChannels % 4 === 0,
      code: `${placesOfOutput('Left')} ${patches(info)}
        fn atLeft(place: Left, tap: u32) -> Patch { return numberAt(place, tapOf(tap)); }`,
    },
    right: channelsOfOutput(info),
  }));
}

function filterGradient(info: Info): Product {
  return products(`filter gradient ${geometryName(info)}`, (name) => ({
    name,
    code: constants(info),
    left: {
      isAlongDepth: false,
      isVector: info.inChannels % 4 === 0,
      code: `${placesOfOutput('Output')} ${patches(info, 'Output')}
        alias Left = Tap;
        fn placeOfLeft(line: u32) -> Left { return tapOf(line); }
        fn atLeft(tap: Left, depth: u32) -> Patch { return numberAt(placeOfOutput(depth), tap); }`,
    },
    right: channelsOfOutput(info),
  }));
}

function imageGradient(info: Info): Product {
  return products(`image gradient ${geometryName(info)}`, (name) => {
    const isVector = info.outChannels % 4 === 0;
    const type = elementType(isVector);
    const filterIndex = '(depth / outChannels * inChannels + place.channel) * outChannels + depth % outChannels';
    const isStrided = info.strideHeight > 1 || info.strideWidth > 1;
    return {
      name,
      code: constants(info),
      left: {
        isAlongDepth: true,
        isVector,
        code: `
        struct Left { image: u32, y: i32, x: i32 };
        fn placeOfLeft(line: u32) -> Left {
          let y = i32(line / inWidth % inHeight) + padTop;
          let x = i32(line % inWidth) + padLeft;
          return Left(line / (inWidth * inHeight) * outHeight * outWidth, y, x);
        }
        fn atLeft(place: Left, depth: u32) -> ${type} {
          let y = place.y - i32(depth / outChannels / filterWidth);
          let x = place.x - i32(depth / outChannels % filterWidth);
          ${isStrided ? `if (y < 0 || x < 0 || y % strideHeight != 0 || x % strideWidth != 0) { return ${type}(); }` : ''}
          let outY = ${isStrided ? 'y / strideHeight' : 'y'};
          let outX = ${isStrided ? 'x / strideWidth' : 'x'};
          if (outY < 0 || outX < 0 || outY >= i32(outHeight) || outX >= i32(outWidth)) { return ${type}(); }
          let output = place.image + u32(outY) * outWidth + u32(outX);
          return ${elementAt('a', 'output * outChannels + depth % outChannels', isVector)};
        }`,
      },
      right: {
        isAlongDepth: true,
        isVector,
        code: `
        struct Right { channel: u32 };
        fn placeOfRight(line: u32) -> Right { return Right(line); }
        fn atRight(place: Right, depth: u32) -> ${type} {
          return ${elementAt('b', filterIndex, isVector)};
        }`,
      },
    };
  });
}

/** WGSL `placeOfNAME`: the image of a place of the output, and the corner of its window. */
const placesOfOutput = (name: string): string => `
  struct ${name} { image: u32, y: i32, x: i32 };
  fn placeOf${name}(place: u32) -> ${name} {
    let y = i32(place / outWidth % outHeight) * strideHeight - padTop;
    let x = i32(place % outWidth) * strideWidth - padLeft;
    return ${name}(place / (outWidth * outHeight) * inHeight * inWidth, y, x);
  }`;

/**
 * WGSL `tapOf`, and `numberAt`: the number that a tap of the filter meets at a place of the output; 0 beyond the
 * border.
 */
function patches({ inChannels }: Info, place = 'Left'): string {
  const isVector = inChannels % 4 === 0;
  const index = '(place.image + u32(y) * inWidth + u32(x)) * inChannels + tap.channel';
  return `
    alias Patch = ${elementType(isVector)};
    struct Tap { y: i32, x: i32, channel: u32 };
    fn tapOf(tap: u32) -> Tap {
      return Tap(i32(tap / inChannels / filterWidth), i32(tap / inChannels % filterWidth), tap % inChannels);
    }
    fn numberAt(place: ${place}, tap: Tap) -> Patch {
      let y = place.y + tap.y;
      let x = place.x + tap.x;
      if (y < 0 || x < 0 || y >= i32(inHeight) || x >= i32(inWidth)) { return Patch(); }
      return ${elementAt('a', index, isVector)};
    }`;
}

/** A factor whose depths are places of the output, or taps, and whose lines are the channels that come out. */
const channelsOfOutput = ({ outChannels }: Info): Factor =>
  matrixFactor('Right', { isAlongDepth: false, isVector: outChannels % 4 === 0, length: 'outChannels' });

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
