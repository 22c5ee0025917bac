import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predict } from '../../../test/support/predict.ts';
import { Rng } from '../../base/rng.ts';
import { isSplit, type TreeNode } from './regression-tree.ts';
import { TreeGrower } from './tree-grower.ts';

const rng = new Rng('tree');
const once = (count: number) => new Uint32Array(count).fill(1);

function depthOf(node: TreeNode): number {
  return isSplit(node) ? 1 + Math.max(depthOf(node.left), depthOf(node.right)) : 0;
}

const grid = fc.integer({ min: 0, max: 4 }).map((step) => step / 4);
const table = fc.integer({ min: 1, max: 20 }).chain((rows) =>
  fc.record({
    columns: fc.array(fc.array(grid, { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 3 }),
    values: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: rows, maxLength: rows }),
    weights: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: rows, maxLength: rows }),
  }),
);

describe('a regression tree', () => {
  it('predicts for each point the weighted mean of its rows', () => {
    fc.assert(
      fc.property(table, ({ columns, values, weights }) => {
        weights[0] = 1;
        const grower = new TreeGrower(
          columns.map((column) => Float64Array.from(column)),
          Float64Array.from(values),
          64,
        );
        const tree = grower.grow(Uint32Array.from(weights), rng);
        for (const [row, weight] of weights.entries()) {
          if (weight === 0) continue;
          const point = columns.map((column) => column[row] as number);
          const here = [...values.keys()].filter((other) => columns.every((column, at) => column[other] === point[at]));
          const total = here.reduce((sum, other) => sum + (weights[other] as number), 0);
          const mean =
            here.reduce((sum, other) => sum + (weights[other] as number) * (values[other] as number), 0) / total;
          expect(predict(tree, point)).toBeCloseTo(mean, 10);
        }
      }),
    );
  });

  it('splits first where the squared errors fall most, half way between the numbers', () => {
    const columns = [Float64Array.of(0, 0.2, 0.4, 1), Float64Array.of(0, 1, 0, 1)];
    const tree = new TreeGrower(columns, Float64Array.of(1, 2, 11, 12), 1).grow(once(4), rng);
    expect(tree).toEqual({ column: 0, threshold: 0.30000000000000004, left: { value: 1.5 }, right: { value: 11.5 } });
  });

  it('takes any of the columns that split equally well, each as often as the others', () => {
    const columns = [0, 1, 2].map((column) => (column === 1 ? Float64Array.of(1, 0) : Float64Array.of(0, 1)));
    const grower = new TreeGrower(columns, Float64Array.of(0.1, 0.7), 64);
    const chosen = [0, 0, 0];
    for (let round = 0; round < 3000; round++) {
      const tree = grower.grow(once(2), rng);
      if (isSplit(tree)) chosen[tree.column] = (chosen[tree.column] ?? 0) + 1;
    }
    for (const count of chosen) expect(Math.abs(count - 1000)).toBeLessThan(130); // five standard deviations
  });

  it('is no deeper than it may be, and keeps neighbouring numbers apart', () => {
    const numbers = Float64Array.from({ length: 64 }, (_, row) => row / 63);
    const grower = (depth: number) => new TreeGrower([numbers], numbers, depth).grow(once(64), rng);
    expect([1, 3, 64].map((depth) => depthOf(grower(depth)))).toEqual([1, 3, 6]);
    const near = [1 - Number.EPSILON / 2, 1];
    const tree = new TreeGrower([Float64Array.from(near)], Float64Array.of(0, 1), 64).grow(once(2), rng);
    expect(near.map((number) => predict(tree, [number]))).toEqual([0, 1]);
  });
});
