/** Steps of optimizers by the rules of the ops. Their results are written beside their inputs, which stay. */
import { FLOAT, multiplyAdd } from './simd';

/**
 * One step of Adam.
 *
 * @param weights [count], as every tensor here.
 * @param nextWeights Overwritten.
 * @param nextM Overwritten.
 * @param nextV Overwritten.
 * @param stepSize Learning rate / (1 − β₁ᵗ).
 * @param correction 1 / (1 − β₂ᵗ).
 */
export function adam(
  count: i32,
  weights: usize,
  gradient: usize,
  m: usize,
  v: usize,
  nextWeights: usize,
  nextM: usize,
  nextV: usize,
  stepSize: f32,
  beta1: f64,
  beta2: f64,
  correction: f32,
  epsilon: f32,
  weightDecay: f32,
): void {
  const kept1 = f32x4.splat(<f32>beta1);
  const taken1 = f32x4.splat(<f32>(1 - beta1));
  const kept2 = f32x4.splat(<f32>beta2);
  const taken2 = f32x4.splat(<f32>(1 - beta2));
  const decay = f32x4.splat(weightDecay);
  const size = count * FLOAT;
  for (let at = 0; at < size; at += 16) {
    const w = loadPart(weights, at, size);
    const g = multiplyAdd(loadPart(gradient, at, size), decay, w);
    const oldM = loadPart(m, at, size);
    const oldV = loadPart(v, at, size);
    const first = multiplyAdd(f32x4.mul(oldM, kept1), g, taken1);
    const second = multiplyAdd(f32x4.mul(oldV, kept2), f32x4.mul(g, g), taken2);
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(second, f32x4.splat(correction))), f32x4.splat(epsilon));
    const next = f32x4.sub(w, f32x4.div(f32x4.mul(first, f32x4.splat(stepSize)), deviation));
    storePart(nextM, at, size, first);
    storePart(nextV, at, size, second);
    storePart(nextWeights, at, size, next);
  }
}

/**
 * One step of gradient descent with momentum: velocity ← momentum·velocity + taken·g where g = gradient +
 * weightDecay·w; the weights lose learningRate times the velocity, or times g + momentum·velocity (Nesterov).
 *
 * @param weights [count], as every tensor here.
 * @param nextWeights Overwritten.
 * @param nextVelocity Overwritten.
 */
export function sgd(
  count: i32,
  weights: usize,
  gradient: usize,
  velocity: usize,
  nextWeights: usize,
  nextVelocity: usize,
  learningRate: f32,
  momentum: f32,
  taken: f32,
  weightDecay: f32,
  isNesterov: bool,
): void {
  const kept = f32x4.splat(momentum);
  const size = count * FLOAT;
  for (let at = 0; at < size; at += 16) {
    const w = loadPart(weights, at, size);
    const g = multiplyAdd(loadPart(gradient, at, size), f32x4.splat(weightDecay), w);
    const speed = multiplyAdd(f32x4.mul(g, f32x4.splat(taken)), loadPart(velocity, at, size), kept);
    const change = isNesterov ? multiplyAdd(g, speed, kept) : speed;
    storePart(nextVelocity, at, size, speed);
    storePart(nextWeights, at, size, multiplyAdd(w, change, f32x4.splat(-learningRate)));
  }
}

/** Four floats at `at`, zeros beyond `size` bytes. */
function loadPart(from: usize, at: i32, size: i32): v128 {
  if (size - at >= 16) return v128.load(from + at);
  let part = f32x4.splat(0);
  part = f32x4.replace_lane(part, 0, load<f32>(from + at));
  if (size - at > 4) part = f32x4.replace_lane(part, 1, load<f32>(from + at + 4));
  if (size - at > 8) part = f32x4.replace_lane(part, 2, load<f32>(from + at + 8));
  return part;
}

function storePart(to: usize, at: i32, size: i32, four: v128): void {
  if (size - at >= 16) {
    v128.store(to + at, four);
    return;
  }
  store<f32>(to + at, f32x4.extract_lane(four, 0));
  if (size - at > 4) store<f32>(to + at + 4, f32x4.extract_lane(four, 1));
  if (size - at > 8) store<f32>(to + at + 8, f32x4.extract_lane(four, 2));
}
