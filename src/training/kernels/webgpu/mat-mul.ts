import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { madeOnce } from './made-once.ts';
import { matrixFactor } from './matrix-factor.ts';
import { finishOf, multiply, type Size } from './product.ts';
import type { Product } from './tiled-product.ts';

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
    const size = { rows, depth, columns };
    return multiply(backend, matrices(transposeA, transposeB, size), [a, b], size, shape, finish);
  });
}

const products = madeOnce<Product>();

function matrices(transposeA: boolean, transposeB: boolean, { rows, depth, columns }: Size): Product {
  const left = { isAlongDepth: !transposeA, isVector: (transposeA ? rows : depth) % 4 === 0 };
  const right = { isAlongDepth: transposeB, isVector: (transposeB ? depth : columns) % 4 === 0 };
  const described = (isTransposed: boolean, isVector: boolean) =>
    `${isTransposed ? ' transposed' : ''}${isVector ? ' of vectors' : ''}`;
  const name = `product, left${described(transposeA, left.isVector)}, right${described(transposeB, right.isVector)}`;
  return products(name, () => ({
    name,
    left: matrixFactor('Left', { ...left, length: transposeA ? 'u.rows' : 'u.depth' }),
    right: matrixFactor('Right', { ...right, length: transposeB ? 'u.depth' : 'u.columns' }),
  }));
}

const isSingleMatrix = ({ shape, dtype }: TensorInfo): boolean =>
  dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1) && util.sizeFromShape(shape) > 0;
