import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { reshaped } from './heap.ts';
import { Scratch } from './stock-kernels.ts';

interface MatMulInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Makes BatchMatMul or _FusedMatMul transpose its operands first. Of the stock kernel only the untransposed product of
 * single matrices reaches XNNPACK; every other one is a scalar triple loop, many times slower than the transposition.
 *
 * @param stock the stock kernel, which still does products of several matrices.
 */
export function matMulWithTransposes(stock: KernelFunc): KernelFunc {
  return kernel<MatMulInputs, MatMulAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
    const { a, b } = inputs;
    const { transposeA, transposeB } = attrs;
    const run = (operands: { a: TensorInfo; b: TensorInfo }, transposes: MatMulAttributes): TensorInfo =>
      stock({ inputs: { ...inputs, ...operands }, backend, attrs: { ...attrs, ...transposes } }) as TensorInfo;
    if (!(transposeA || transposeB) || !isSingleMatrix(a) || !isSingleMatrix(b)) return run({ a, b }, attrs);
    const scratch = new Scratch(backend);
    const result = run(
      { a: transposeA ? transposed(scratch, a) : a, b: transposeB ? transposed(scratch, b) : b },
      { transposeA: false, transposeB: false },
    );
    scratch.release();
    return result;
  });
}

const isSingleMatrix = (tensor: TensorInfo): boolean => tensor.shape.slice(0, -2).every((size) => size === 1);

function transposed(scratch: Scratch, tensor: TensorInfo): TensorInfo {
  const matrix = scratch.transpose(reshaped(tensor, tensor.shape.slice(-2)), [1, 0]);
  return reshaped(matrix, [...tensor.shape.slice(0, -2), ...matrix.shape]);
}
