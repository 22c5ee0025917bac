/** Dropout with the counter-based mask of the op. */
import { FLOAT } from './simd';

/**
 * y = x · factor where the element survives, else x · 0.
 *
 * @param x Tensor of `count` elements.
 * @param y Shaped as x, overwritten.
 * @param threshold An element survives where its 32 random bits are at least this; from 0 to 2³².
 */
export function dropout(x: usize, y: usize, count: i32, factor: f32, threshold: f64, seed: i32): void {
  const factors = f32x4.splat(factor);
  const least = i32x4.splat(<u32>min<f64>(threshold, 4294967295));
  const mayKeep = i32x4.splat(threshold <= 4294967295 ? -1 : 0);
  let index = i32x4(0, 1, 2, 3);
  let at = 0;
  for (; at + 4 <= count; at += 4) {
    const kept = v128.and(i32x4.ge_u(randomBits(index, seed), least), mayKeep);
    v128.store(y, f32x4.mul(v128.load(x), v128.and(factors, kept)));
    index = i32x4.add(index, i32x4.splat(4));
    x += 4 * FLOAT;
    y += 4 * FLOAT;
  }
  for (; at < count; at++) {
    const bits = <u32>i32x4.extract_lane(randomBits(i32x4.splat(at), seed), 0);
    store<f32>(y, load<f32>(x) * (bits >= threshold ? factor : 0));
    x += FLOAT;
    y += FLOAT;
  }
}

/** The random bits of four elements by their numbers. */
function randomBits(index: v128, seed: i32): v128 {
  return mix(v128.xor(mix(v128.xor(index, i32x4.splat(0x9e3779b9))), i32x4.splat(seed)));
}

/** MurmurHash3's finaliser. */
function mix(bits: v128): v128 {
  let hash = i32x4.mul(v128.xor(bits, i32x4.shr_u(bits, 16)), i32x4.splat(0x85ebca6b));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(hash, i32x4.shr_u(hash, 16));
}
