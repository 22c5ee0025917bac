/** Batch normalisation of the rows of a matrix, with an optional ReLU behind it. */
import { rectified, setOperands, sumBytes, sumColumns, sumOf, Term } from './column-sums';
import { FLOAT, multiplyAdd, multiplyAddFloat } from './simd';

/**
 * Bytes that {@link batchNorm}, {@link batchNormInference} and {@link batchNormGradient} need in `scratch`: two sums
 * and five coefficients a channel.
 */
export function batchNormScratch(channels: i32): i32 {
  return 2 * sumBytes(channels) + 5 * channels * FLOAT;
}

/**
 * y = (x − mean)·inverse·scale + shift by the batch's own statistics, and the new running ones, which take the batch's
 * mean and unbiased variance with weight `momentum`.
 *
 * @param x [rows, channels].
 * @param y Shaped as x, overwritten.
 * @param scale [channels].
 * @param shift [channels].
 * @param oldMean [channels].
 * @param oldVariance [channels].
 * @param isRectified Whether negative results become 0.
 * @param mean [channels], overwritten: the batch's.
 * @param inverse [channels], overwritten: 1 / √(the batch's biased variance + ε).
 * @param newMean [channels], overwritten.
 * @param newVariance [channels], overwritten.
 * @param scratch Memory of {@link batchNormScratch} bytes.
 */
export function batchNorm(
  x: usize,
  y: usize,
  rows: i32,
  channels: i32,
  scale: usize,
  shift: usize,
  oldMean: usize,
  oldVariance: usize,
  epsilon: f64,
  momentum: f64,
  isRectified: bool,
  mean: usize,
  inverse: usize,
  newMean: usize,
  newVariance: usize,
  scratch: usize,
): void {
  const squares = scratch + sumBytes(channels);
  const factors = squares + sumBytes(channels);
  const offsets = factors + channels * FLOAT;
  // Less the first row, so that nothing is lost to cancellation where the mean is large against the deviation.
  setOperands(0, x, 0, 0);
  sumColumns(Term.Centred, x, rows, channels, scratch, squares);
  for (let channel = 0; channel < channels; channel++) {
    const at = channel * FLOAT;
    const distance = sumOf(scratch, channel, channels) / rows;
    const variance = max<f64>(0, sumOf(squares, channel, channels) / rows - distance * distance);
    const average = load<f32>(x + at) + distance;
    const deviation = 1 / sqrt<f64>(variance + epsilon);
    const unbiased = (variance * rows) / max(rows - 1, 1);
    store<f32>(mean + at, <f32>average);
    store<f32>(inverse + at, <f32>deviation);
    store<f32>(newMean + at, <f32>((1 - momentum) * load<f32>(oldMean + at) + momentum * average));
    store<f32>(newVariance + at, <f32>((1 - momentum) * load<f32>(oldVariance + at) + momentum * unbiased));
    setLine(scale, shift, mean, inverse, at, factors, offsets);
  }
  applyLines(x, y, rows, channels, factors, offsets, isRectified);
}

/**
 * y = (x − mean) / √(variance + ε)·scale + shift by statistics that are given.
 *
 * @param x [rows, channels].
 * @param y Shaped as x, overwritten.
 * @param scale [channels].
 * @param shift [channels].
 * @param mean [channels].
 * @param variance [channels].
 * @param isRectified Whether negative results become 0.
 * @param scratch Memory of {@link batchNormScratch} bytes.
 */
export function batchNormInference(
  x: usize,
  y: usize,
  rows: i32,
  channels: i32,
  scale: usize,
  shift: usize,
  mean: usize,
  variance: usize,
  epsilon: f64,
  isRectified: bool,
  scratch: usize,
): void {
  const inverse = scratch;
  const factors = inverse + channels * FLOAT;
  const offsets = factors + channels * FLOAT;
  for (let channel = 0; channel < channels; channel++) {
    const at = channel * FLOAT;
    store<f32>(inverse + at, <f32>(1 / sqrt<f64>(load<f32>(variance + at) + epsilon)));
    setLine(scale, shift, mean, inverse, at, factors, offsets);
  }
  applyLines(x, y, rows, channels, factors, offsets, isRectified);
}

/** The normalisation of a channel as x·factor + offset, rounded as in the gradient, which depends on the sign. */
function setLine(
  scale: usize,
  shift: usize,
  mean: usize,
  inverse: usize,
  at: usize,
  factors: usize,
  offsets: usize,
): void {
  const factor = <f64>load<f32>(scale + at) * load<f32>(inverse + at);
  store<f32>(factors + at, <f32>factor);
  store<f32>(offsets + at, <f32>(load<f32>(shift + at) - load<f32>(mean + at) * factor));
}

/** y = x·factor + offset, rectified if asked; NaN stays NaN. */
function applyLines(
  x: usize,
  y: usize,
  rows: i32,
  channels: i32,
  factors: usize,
  offsets: usize,
  isRectified: bool,
): void {
  const whole = (channels & ~3) * FLOAT;
  const size = channels * FLOAT;
  const floor = f32x4.splat(isRectified ? 0 : -Infinity);
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (; at < whole; at += 16) {
      const value = multiplyAdd(v128.load(offsets + at), v128.load(x + at), v128.load(factors + at));
      v128.store(y + at, f32x4.pmax(value, floor));
    }
    for (; at < size; at += FLOAT) {
      const value = multiplyAddFloat(load<f32>(offsets + at), load<f32>(x + at), load<f32>(factors + at));
      store<f32>(y + at, isRectified && value < 0 ? 0 : value);
    }
    x += size;
    y += size;
  }
}

/**
 * The gradients of {@link batchNorm}. With dz the gradient behind the ReLU: dShift = Σdz, dScale = inverse·Σdz·(x −
 * mean), dx = p·dz + q·x + r where p = scale·inverse, q = −p·inverse·dScale/rows, r = −p·dShift/rows − q·mean.
 *
 * @param dy [rows, channels].
 * @param x [rows, channels].
 * @param dx Shaped as x, overwritten.
 * @param scale [channels].
 * @param shift [channels].
 * @param mean [channels], as {@link batchNorm} gave it.
 * @param inverse [channels], as {@link batchNorm} gave it.
 * @param isRectified Whether {@link batchNorm} rectified its results.
 * @param dScale [channels], overwritten.
 * @param dShift [channels], overwritten.
 * @param scratch Memory of {@link batchNormScratch} bytes.
 */
export function batchNormGradient(
  dy: usize,
  x: usize,
  dx: usize,
  rows: i32,
  channels: i32,
  scale: usize,
  shift: usize,
  mean: usize,
  inverse: usize,
  isRectified: bool,
  dScale: usize,
  dShift: usize,
  scratch: usize,
): void {
  const size = channels * FLOAT;
  const products = scratch + sumBytes(channels);
  const factors = products + sumBytes(channels);
  const offsets = factors + size;
  const p = offsets + size;
  const q = p + size;
  const r = q + size;
  for (let at = 0; at < size; at += FLOAT) setLine(scale, shift, mean, inverse, at, factors, offsets);
  setOperands(x, mean, factors, offsets);
  sumColumns(isRectified ? Term.RectifiedProduct : Term.Product, dy, rows, channels, scratch, products);
  for (let channel = 0; channel < channels; channel++) {
    const at = channel * FLOAT;
    const sum = sumOf(scratch, channel, channels);
    const deviation = <f64>load<f32>(inverse + at);
    const gradient = deviation * sumOf(products, channel, channels);
    const factor = load<f32>(scale + at) * deviation;
    const slope = (-factor * deviation * gradient) / rows;
    store<f32>(dShift + at, <f32>sum);
    store<f32>(dScale + at, <f32>gradient);
    store<f32>(p + at, <f32>factor);
    store<f32>(q + at, <f32>slope);
    store<f32>(r + at, <f32>((-factor * sum) / rows - slope * load<f32>(mean + at)));
  }
  const whole = (channels & ~3) * FLOAT;
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (; at < whole; at += 16) {
      const value = v128.load(x + at);
      let dz = v128.load(dy + at);
      if (isRectified) dz = rectified(dz, value, v128.load(factors + at), v128.load(offsets + at));
      const rest = multiplyAdd(v128.load(r + at), value, v128.load(q + at));
      v128.store(dx + at, multiplyAdd(rest, dz, v128.load(p + at)));
    }
    for (; at < size; at += FLOAT) {
      const value = load<f32>(x + at);
      const isKept = !isRectified || multiplyAddFloat(load<f32>(offsets + at), value, load<f32>(factors + at)) > 0;
      const dz: f32 = isKept ? load<f32>(dy + at) : 0;
      const rest = multiplyAddFloat(load<f32>(r + at), value, load<f32>(q + at));
      store<f32>(dx + at, multiplyAddFloat(rest, dz, load<f32>(p + at)));
    }
    dy += size;
    x += size;
    dx += size;
  }
}
