import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predict } from '../../../test/support/predict.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { ChoiceParam } from './choice-param.ts';
import { LeafBoxes } from './leaf-boxes.ts';
import { NumberParam } from './number-param.ts';
import type { TreeNode } from './regression-tree.ts';

// Trees whose thresholds are quarters are constant on the cells of a grid, where variances can be counted.

const QUARTERS = [0.125, 0.375, 0.625, 0.875];
const HALVES = [0.25, 0.75];

/** A tree over two numbers and three columns of a choice, within the bounds that its path has left in each column. */
function treeIn(depth: number, low: readonly number[], high: readonly number[]): fc.Arbitrary<TreeNode> {
  const leaf = fc.record({ value: fc.integer({ min: -9, max: 9 }) });
  const cuts = low.flatMap((from, column) =>
    (column < 2 ? [0.25, 0.5, 0.75] : [0.5])
      .filter((threshold) => threshold > from && threshold < (high[column] as number))
      .map((threshold) => ({ column, threshold })),
  );
  if (depth === 0 || cuts.length === 0) return leaf;
  const split = fc.constantFrom(...cuts).chain(({ column, threshold }) =>
    fc.record({
      column: fc.constant(column),
      threshold: fc.constant(threshold),
      left: treeIn(depth - 1, low, high.with(column, threshold)),
      right: treeIn(depth - 1, low.with(column, threshold), high),
    }),
  );
  return fc.oneof(leaf, { weight: 4, arbitrary: split });
}

const anyTree = treeIn(5, [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]);

function product(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((head) => list.map((each) => [...head, each])), [[]]);
}

function variance(numbers: readonly number[]): number {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length;
}

const points = product([QUARTERS, QUARTERS, HALVES, HALVES, HALVES]);

/** The variance of the means over all points that agree in the columns. */
function counted(tree: TreeNode, columns: readonly number[]): number {
  const groups = new Map<string, number[]>();
  for (const point of points) {
    const key = columns.map((column) => point[column]).join();
    groups.set(key, [...(groups.get(key) ?? []), predict(tree, point)]);
  }
  const means = [...groups.values()].map((group) => group.reduce((sum, each) => sum + each, 0) / group.length);
  return variance(means);
}

describe("a parameter's variance in a tree", () => {
  it('equals the variance counted over a grid', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const boxes = new LeafBoxes(tree, 5);
        expect(boxes.variance).toBeCloseTo(counted(tree, [0, 1, 2, 3, 4]), 9);
        const number = new NumberParam(float(-1, 1));
        expect(number.marginalVariance(boxes, 0)).toBeCloseTo(counted(tree, [0]), 9);
        expect(number.marginalVariance(boxes, 1)).toBeCloseTo(counted(tree, [1]), 9);
        const choice = new ChoiceParam(categorical(['a', 'b', 'c']));
        expect(choice.marginalVariance(boxes, 2)).toBeCloseTo(counted(tree, [2, 3, 4]), 9);
      }),
    );
  });

  it('of more choices than a word has bits, where each split of a chain halves the rest', () => {
    const count = 70;
    let tree: TreeNode = { value: 0 };
    let expected = 0;
    for (let column = count - 1; column >= 0; column--)
      tree = { column, threshold: 0.5, left: tree, right: { value: column + 1 } };
    let mean = 0;
    for (let column = 0; column < count; column++) mean += (column + 1) / 2 ** (column + 1);
    for (let column = 0; column < count; column++) expected += (column + 1 - mean) ** 2 / 2 ** (column + 1);
    const boxes = new LeafBoxes(tree, count);
    const choice = new ChoiceParam(categorical([...Array(count).keys()]));
    expect(choice.marginalVariance(boxes, 0)).toBeCloseTo(expected, 9);
  });

  it('leaves out boxes without volume', () => {
    const tree = { column: 0, threshold: 0, left: { value: 100 }, right: { value: 1 } };
    const boxes = new LeafBoxes(tree, 1);
    expect([boxes.variance, new NumberParam(float(0, 1)).marginalVariance(boxes, 0)]).toEqual([0, 0]);
  });
});
