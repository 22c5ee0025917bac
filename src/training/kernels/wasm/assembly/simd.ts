/** Bytes of a float32. */
export const FLOAT: i32 = 4;

/** Four floats of zero. */
export function zeros(): v128 {
  return f32x4.splat(0);
}

/** sum + a·b; two roundings, since WebAssembly has no fused form that every engine offers. */
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}
