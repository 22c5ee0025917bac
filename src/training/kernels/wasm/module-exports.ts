/** The SIMD kernels of `assembly/` with named arguments. Made by `npm run build:kernels`; do not edit. */

/** The place at which a tensor or scratch memory begins in the backend's memory, in bytes. */
export type Address = number;

/**
 * The functions that `assembly/` exports. Tensors and scratch memory are addresses in bytes, everything else is a
 * count, a size in bytes, a number or a flag.
 */
export interface SimdKernels {
  /**
   * y = (x − mean)·inverse·scale + shift by the batch's own statistics, and the new running ones, which take the
   * batch's mean and unbiased variance with weight `momentum`.
   */
  batchNorm(args: {
    /** [rows, channels]. */
    readonly x: Address;
    /** Shaped as x, overwritten. */
    readonly y: Address;
    readonly rows: number;
    readonly channels: number;
    /** [channels]. */
    readonly scale: Address;
    /** [channels]. */
    readonly shift: Address;
    /** [channels]. */
    readonly oldMean: Address;
    /** [channels]. */
    readonly oldVariance: Address;
    readonly epsilon: number;
    readonly momentum: number;
    /** Whether negative results become 0. */
    readonly isRectified: boolean;
    /** [channels], overwritten: the batch's. */
    readonly mean: Address;
    /** [channels], overwritten: 1 / √(the batch's biased variance + ε). */
    readonly inverse: Address;
    /** [channels], overwritten. */
    readonly newMean: Address;
    /** [channels], overwritten. */
    readonly newVariance: Address;
    /** Memory of `batchNormScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /**
   * The gradients of `batchNorm`. With dz the gradient behind the ReLU: dShift = Σdz, dScale = inverse·Σdz·(x − mean),
   * dx = p·dz + q·x + r where p = scale·inverse, q = −p·inverse·dScale/rows, r = −p·dShift/rows − q·mean.
   */
  batchNormGradient(args: {
    /** [rows, channels]. */
    readonly dy: Address;
    /** [rows, channels]. */
    readonly x: Address;
    /** Shaped as x, overwritten. */
    readonly dx: Address;
    readonly rows: number;
    readonly channels: number;
    /** [channels]. */
    readonly scale: Address;
    /** [channels]. */
    readonly shift: Address;
    /** [channels], as `batchNorm` gave it. */
    readonly mean: Address;
    /** [channels], as `batchNorm` gave it. */
    readonly inverse: Address;
    /** Whether `batchNorm` rectified its results. */
    readonly isRectified: boolean;
    /** [channels], overwritten. */
    readonly dScale: Address;
    /** [channels], overwritten. */
    readonly dShift: Address;
    /** Memory of `batchNormScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** y = (x − mean) / √(variance + ε)·scale + shift by statistics that are given. */
  batchNormInference(args: {
    /** [rows, channels]. */
    readonly x: Address;
    /** Shaped as x, overwritten. */
    readonly y: Address;
    readonly rows: number;
    readonly channels: number;
    /** [channels]. */
    readonly scale: Address;
    /** [channels]. */
    readonly shift: Address;
    /** [channels]. */
    readonly mean: Address;
    /** [channels]. */
    readonly variance: Address;
    readonly epsilon: number;
    /** Whether negative results become 0. */
    readonly isRectified: boolean;
    /** Memory of `batchNormScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /**
   * Bytes that `batchNorm`, `batchNormInference` and `batchNormGradient` need in `scratch`: two sums and five
   * coefficients a channel.
   */
  batchNormScratch(args: { readonly channels: number }): number;
  /** out = Σ over the rows of x. */
  columnSums(args: {
    /** [rows, columns]. */
    readonly x: Address;
    /** [columns], overwritten. */
    readonly out: Address;
    readonly rows: number;
    readonly columns: number;
    /** Memory of `columnSumsScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** Bytes that `columnSums` needs in `scratch`. */
  columnSumsScratch(args: { readonly columns: number }): number;
  /** y = the cross-correlation of x with the filter, plus a bias. */
  convolve(args: {
    /** [N, H, W, C]. */
    readonly x: Address;
    /** [kh, kw, C, K]. */
    readonly filter: Address;
    /** [K], or 0 for none. */
    readonly bias: Address;
    /** [N, oh, ow, K], overwritten. */
    readonly y: Address;
    /** Memory of `convolveScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** Bytes that `convolve` needs in `scratch` for the geometry that was set. */
  convolveScratch(): number;
  /**
   * dx = the gradient by the images: dy · filterᵀ, each row of it added to the inputs under its window, one row of the
   * filter at a time.
   */
  inputGradient(args: {
    /** [N, oh, ow, K]. */
    readonly dy: Address;
    /** [kh, kw, C, K]. */
    readonly filter: Address;
    /** [N, H, W, C], overwritten. */
    readonly dx: Address;
    /** Memory of `inputGradientScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** Bytes that `inputGradient` needs in `scratch` for the geometry that was set. */
  inputGradientScratch(): number;
  /** y = x · factor where the element survives, else x · 0. */
  dropout(args: {
    /** Tensor of `count` elements. */
    readonly x: Address;
    /** Shaped as x, overwritten. */
    readonly y: Address;
    readonly count: number;
    readonly factor: number;
    /** An element survives where its 32 random bits are at least this; from 0 to 2³². */
    readonly threshold: number;
    readonly seed: number;
  }): void;
  /**
   * dw = Σ over images and positions of the inputs under the window ⊗ dy. No inputs are copied together: for one row of
   * the filter the kw·C inputs under it lie side by side in an image.
   */
  filterGradient(args: {
    /** [N, H, W, C]. */
    readonly x: Address;
    /** [N, oh, ow, K]. */
    readonly dy: Address;
    /** [kh, kw, C, K], overwritten. */
    readonly dw: Address;
    /** Memory of `filterGradientScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** Bytes that `filterGradient` needs in `scratch` for the geometry that was set. */
  filterGradientScratch(): number;
  /** Sets the images that the next calls work on. */
  setImages(args: {
    /** N. */
    readonly count: number;
    /** H. */
    readonly rows: number;
    /** W. */
    readonly columns: number;
    /** C. */
    readonly depth: number;
  }): void;
  /** Sets the shape of what windows give. */
  setMaps(args: {
    /** oh. */
    readonly rows: number;
    /** ow. */
    readonly columns: number;
    /** K. */
    readonly depth: number;
  }): void;
  /** Sets the window and where it goes; called after `setImages` and `setMaps`. */
  setWindow(args: {
    /** Height of the window. */
    readonly rows: number;
    /** Width of the window. */
    readonly columns: number;
    readonly rowStride: number;
    readonly columnStride: number;
    /** Rows of padding above an image. */
    readonly above: number;
    /** Columns of padding before each of its rows. */
    readonly before: number;
  }): void;
  /** Looks up the normalised value of every byte, the image flipped and shifted on the way. */
  placeImages(args: {
    /** uint8 [count, height, width, channels]. */
    readonly bytes: Address;
    /** [channels, 256], the value of each byte by channel. */
    readonly levels: Address;
    /**
     * int32 [count, 8]: whether the image is mirrored, whether it is upside down, the offset of the crop's corner, down
     * and to the right, and the top, left, bottom and right of a hole that is filled with 0.
     */
    readonly placements: Address;
    /** [count, height, width, channels], overwritten. */
    readonly out: Address;
    readonly count: number;
    readonly height: number;
    readonly width: number;
    readonly channels: number;
  }): void;
  /** out = a · b + bias. */
  matMul(args: {
    /** [rows, depth], or [depth, rows] where it is transposed. */
    readonly a: Address;
    /** [depth, columns], or [columns, depth] where it is transposed. */
    readonly b: Address;
    /** [columns], or 0 for none. */
    readonly bias: Address;
    /** [rows, columns], overwritten. */
    readonly out: Address;
    readonly rows: number;
    readonly depth: number;
    readonly columns: number;
    readonly isFirstTransposed: boolean;
    readonly isSecondTransposed: boolean;
    /** Memory of `matMulScratch` bytes. */
    readonly scratch: Address;
  }): void;
  /** Bytes that `matMul` needs in `scratch`. */
  matMulScratch(args: {
    readonly rows: number;
    readonly depth: number;
    readonly columns: number;
    readonly isFirstTransposed: boolean;
  }): number;
  /** One step of Adam. */
  adam(args: {
    readonly count: number;
    /** [count], as every tensor here. */
    readonly weights: Address;
    readonly gradient: Address;
    readonly m: Address;
    readonly v: Address;
    /** Overwritten. */
    readonly nextWeights: Address;
    /** Overwritten. */
    readonly nextM: Address;
    /** Overwritten. */
    readonly nextV: Address;
    /** Learning rate / (1 − β₁ᵗ). */
    readonly stepSize: number;
    readonly beta1: number;
    readonly beta2: number;
    /** 1 / (1 − β₂ᵗ). */
    readonly correction: number;
    readonly epsilon: number;
    readonly weightDecay: number;
  }): void;
  /**
   * One step of gradient descent with momentum: velocity ← momentum·velocity + taken·g where g = gradient +
   * weightDecay·w; the weights lose learningRate times the velocity, or times g + momentum·velocity (Nesterov).
   */
  sgd(args: {
    readonly count: number;
    /** [count], as every tensor here. */
    readonly weights: Address;
    readonly gradient: Address;
    readonly velocity: Address;
    /** Overwritten. */
    readonly nextWeights: Address;
    /** Overwritten. */
    readonly nextVelocity: Address;
    readonly learningRate: number;
    readonly momentum: number;
    readonly taken: number;
    readonly weightDecay: number;
    readonly isNesterov: boolean;
  }): void;
  /** The gradient of average pooling: each window's dy is shared out evenly among its pixels inside the image. */
  averagePoolGradient(args: {
    /** [N, oh, ow, C]. */
    readonly dy: Address;
    /** [N, H, W, C], overwritten. */
    readonly dx: Address;
  }): void;
  /** The gradient of max pooling: each window's dy goes to its first maximum in row order. */
  maxPoolGradient(args: {
    /** [N, H, W, C]. */
    readonly x: Address;
    /** [N, oh, ow, C]. */
    readonly dy: Address;
    /** Shaped as x, overwritten. */
    readonly dx: Address;
  }): void;
}

/** The functions of an instance of the module, which takes their arguments by position. */
export function simdKernelsOf(exports: unknown): SimdKernels {
  const module = exports as Readonly<Record<keyof SimdKernels, (...args: (number | boolean)[]) => number>>;
  return {
    batchNorm: (args) =>
      module.batchNorm(
        args.x,
        args.y,
        args.rows,
        args.channels,
        args.scale,
        args.shift,
        args.oldMean,
        args.oldVariance,
        args.epsilon,
        args.momentum,
        args.isRectified,
        args.mean,
        args.inverse,
        args.newMean,
        args.newVariance,
        args.scratch,
      ),
    batchNormGradient: (args) =>
      module.batchNormGradient(
        args.dy,
        args.x,
        args.dx,
        args.rows,
        args.channels,
        args.scale,
        args.shift,
        args.mean,
        args.inverse,
        args.isRectified,
        args.dScale,
        args.dShift,
        args.scratch,
      ),
    batchNormInference: (args) =>
      module.batchNormInference(
        args.x,
        args.y,
        args.rows,
        args.channels,
        args.scale,
        args.shift,
        args.mean,
        args.variance,
        args.epsilon,
        args.isRectified,
        args.scratch,
      ),
    batchNormScratch: (args) => module.batchNormScratch(args.channels),
    columnSums: (args) => module.columnSums(args.x, args.out, args.rows, args.columns, args.scratch),
    columnSumsScratch: (args) => module.columnSumsScratch(args.columns),
    convolve: (args) => module.convolve(args.x, args.filter, args.bias, args.y, args.scratch),
    convolveScratch: () => module.convolveScratch(),
    inputGradient: (args) => module.inputGradient(args.dy, args.filter, args.dx, args.scratch),
    inputGradientScratch: () => module.inputGradientScratch(),
    dropout: (args) => module.dropout(args.x, args.y, args.count, args.factor, args.threshold, args.seed),
    filterGradient: (args) => module.filterGradient(args.x, args.dy, args.dw, args.scratch),
    filterGradientScratch: () => module.filterGradientScratch(),
    setImages: (args) => module.setImages(args.count, args.rows, args.columns, args.depth),
    setMaps: (args) => module.setMaps(args.rows, args.columns, args.depth),
    setWindow: (args) =>
      module.setWindow(args.rows, args.columns, args.rowStride, args.columnStride, args.above, args.before),
    placeImages: (args) =>
      module.placeImages(
        args.bytes,
        args.levels,
        args.placements,
        args.out,
        args.count,
        args.height,
        args.width,
        args.channels,
      ),
    matMul: (args) =>
      module.matMul(
        args.a,
        args.b,
        args.bias,
        args.out,
        args.rows,
        args.depth,
        args.columns,
        args.isFirstTransposed,
        args.isSecondTransposed,
        args.scratch,
      ),
    matMulScratch: (args) => module.matMulScratch(args.rows, args.depth, args.columns, args.isFirstTransposed),
    adam: (args) =>
      module.adam(
        args.count,
        args.weights,
        args.gradient,
        args.m,
        args.v,
        args.nextWeights,
        args.nextM,
        args.nextV,
        args.stepSize,
        args.beta1,
        args.beta2,
        args.correction,
        args.epsilon,
        args.weightDecay,
      ),
    sgd: (args) =>
      module.sgd(
        args.count,
        args.weights,
        args.gradient,
        args.velocity,
        args.nextWeights,
        args.nextVelocity,
        args.learningRate,
        args.momentum,
        args.taken,
        args.weightDecay,
        args.isNesterov,
      ),
    averagePoolGradient: (args) => module.averagePoolGradient(args.dy, args.dx),
    maxPoolGradient: (args) => module.maxPoolGradient(args.x, args.dy, args.dx),
  };
}
