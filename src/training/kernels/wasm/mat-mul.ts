import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type ActivationAttributes, activate } from './activation.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

interface MatMulInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  /** Set by _FusedMatMul only, as is every field below. */
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface MatMulAttributes extends ActivationAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * BatchMatMul or _FusedMatMul of single matrices. Only the untransposed product of the stock kernels reaches XNNPACK;
 * every other one is a scalar triple loop, twenty times slower.
 *
 * @param stock the stock kernel, which still does products of several matrices.
 */
export function matMul(stock: KernelFunc): KernelFunc {
  return kernel<MatMulInputs, MatMulAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    if (![a, b].every(isSingleMatrix)) {
      return stock({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as TensorInfo;
    }
    return activate(backend, multiply(backend, a, b, bias, attrs), attrs, preluActivationWeights);
  });
}

function multiply(
  backend: BackendWasm,
  a: TensorInfo,
  b: TensorInfo,
  bias: TensorInfo | undefined,
  { transposeA, transposeB }: MatMulAttributes,
): TensorInfo {
  const [aRows, aColumns] = sizes(a);
  const [bRows, bColumns] = sizes(b);
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const columns = transposeB ? bRows : bColumns;
  const kernels = simdKernels(backend);
  const leading = a.shape.length > b.shape.length ? a.shape : b.shape;
  const out = allocate(backend, [...leading.slice(0, -2), rows, columns]);
  const sides = { rows, depth, columns, isFirstTransposed: transposeA };
  withScratch(backend, kernels.matMulScratch(sides), (scratch) =>
    kernels.matMul({
      a: address(backend, a),
      b: address(backend, b),
      bias: bias ? address(backend, bias) : 0,
      out: address(backend, out),
      ...sides,
      isSecondTransposed: transposeB,
      scratch,
    }),
  );
  return out;
}

const sizes = (tensor: TensorInfo): [number, number] => tensor.shape.slice(-2) as [number, number];

const isSingleMatrix = ({ shape, dtype }: TensorInfo): boolean =>
  dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1) && util.sizeFromShape(shape) > 0;
