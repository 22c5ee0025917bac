import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { finishOf, multiply, type Product } from './product.ts';

interface MatMulInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  /** Of _FusedMatMul alone, as `activation`. */
  readonly bias?: TensorInfo;
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
}

/**
 * BatchMatMul or _FusedMatMul of single matrices. The stock kernels add the parts of a deep product with atomics, in
 * whatever order the GPU comes to them, and so no training would repeat itself.
 *
 * @param stock the stock kernel, which still does products of several matrices and further activations.
 */
export function matMul(stock: KernelFunc): KernelFunc {
  return kernel<MatMulInputs, MatMulAttributes, WebGPUBackend>(({ inputs, attrs, backend }) => {
    const { a, b, bias } = inputs;
    const { transposeA, transposeB, activation } = attrs;
    const finish = finishOf(bias, activation);
    if (![a, b].every(isSingleMatrix) || !finish) {
      return stock({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as TensorInfo;
    }
    const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
    const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
    const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const columns = transposeB ? bRows : bColumns;
    const leading = a.shape.length > b.shape.length ? a.shape : b.shape;
    const shape = [...leading.slice(0, -2), rows, columns];
    return multiply(backend, matrices(transposeA, transposeB), [a, b], { rows, depth, columns }, shape, finish);
  });
}

function matrices(transposeA: boolean, transposeB: boolean): Product {
  return {
    name: `product${transposeA ? ', left transposed' : ''}${transposeB ? ', right transposed' : ''}`,
    alongDepth: { a: !transposeA, b: transposeB },
    code: `
      fn left(row: u32, depth: u32) -> f32 { return a[${transposeA ? 'depth * u.rows + row' : 'row * u.depth + depth'}]; }
      fn right(depth: u32, column: u32) -> f32 {
        return b[${transposeB ? 'column * u.depth + depth' : 'depth * u.columns + column'}];
      }`,
  };
}

const isSingleMatrix = ({ shape, dtype }: TensorInfo): boolean =>
  dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1) && util.sizeFromShape(shape) > 0;
