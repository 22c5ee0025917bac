import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { finishOf, multiply, type Size } from './product.ts';
import type { Factor } from './tile-side.ts';
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

function matrices(transposeA: boolean, transposeB: boolean, { rows, depth, columns }: Size): Product {
  const left = matrix('Left', 'a', { isAlongDepth: !transposeA, lines: rows, depth });
  const right = matrix('Right', 'b', { isAlongDepth: transposeB, lines: columns, depth });
  const described = (isTransposed: boolean, { isVector }: Factor) =>
    `${isTransposed ? ' transposed' : ''}${isVector ? ' of vectors' : ''}`;
  return {
    name: `product, left${described(transposeA, left)}, right${described(transposeB, right)}`,
    left,
    right,
  };
}

/** A factor that lies in memory as a matrix: line by line where it is along the depth, else depth by depth. */
function matrix(
  name: 'Left' | 'Right',
  array: 'a' | 'b',
  { isAlongDepth, lines, depth }: { readonly isAlongDepth: boolean; readonly lines: number; readonly depth: number },
): Factor {
  const isVector = (isAlongDepth ? depth : lines) % 4 === 0;
  const count = name === 'Left' ? 'u.rows' : 'u.columns';
  const index = isAlongDepth ? 'place.line * u.depth + depth' : `depth * ${count} + place.line`;
  return {
    isAlongDepth,
    isVector,
    code: `
      struct ${name} { line: u32 };
      fn placeOf${name}(line: u32) -> ${name} { return ${name}(line); }
      fn at${name}(place: ${name}, depth: u32) -> ${isVector ? 'vec4f' : 'f32'} {
        return ${array}[${isVector ? `(${index}) / 4` : index}];
      }`,
  };
}

const isSingleMatrix = ({ shape, dtype }: TensorInfo): boolean =>
  dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1) && util.sizeFromShape(shape) > 0;
