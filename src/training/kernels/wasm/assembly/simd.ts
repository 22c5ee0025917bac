/** Bytes of a float32. */
export const FLOAT: i32 = 4;

/** Four floats of zero. */
export function zeros(): v128 {
  return f32x4.splat(0);
}

/** sum + a·b: rounded once in the fused module, after each operation in the plain one. */
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}

/** sum + a·b of single floats, rounded as {@link multiplyAdd} rounds it. */
export function multiplyAddFloat(sum: f32, a: f32, b: f32): f32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return sum + a * b;
  return f32x4.extract_lane(multiplyAdd(f32x4.splat(sum), f32x4.splat(a), f32x4.splat(b)), 0);
}
