import { isSplit, type TreeNode } from './regression-tree.ts';

/**
 * The leaves of a tree as boxes in the unit cube, where every point counts the same. Boxes without volume are left out.
 */
export class LeafBoxes {
  readonly columnCount: number;
  /**
   * The value of each leaf, less the tree's mean over the cube, so that small differences between large numbers keep
   * their digits.
   */
  readonly values: Float64Array;
  /** The volume of each leaf; their sum is 1. */
  readonly volumes: Float64Array;
  /** The variance of the tree's predictions over the cube. */
  readonly variance: number;
  /** The lower bounds of the boxes: that of leaf i in column c stands at i · columnCount + c. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;

  constructor(tree: TreeNode, columnCount: number) {
    const most = leafCount(tree);
    const values = new Float64Array(most);
    const volumes = new Float64Array(most);
    const low = new Float64Array(columnCount);
    const high = new Float64Array(columnCount).fill(1);
    this.columnCount = columnCount;
    this.lows = new Float64Array(most * columnCount);
    this.highs = new Float64Array(most * columnCount);
    let count = 0;
    const visit = (node: TreeNode, volume: number): void => {
      if (volume === 0) return;
      if (!isSplit(node)) {
        this.lows.set(low, count * columnCount);
        this.highs.set(high, count * columnCount);
        values[count] = node.value;
        volumes[count++] = volume;
        return;
      }
      const { column, threshold, left, right } = node;
      const [from, to] = [low[column] as number, high[column] as number];
      const share = (threshold - from) / (to - from);
      high[column] = threshold;
      visit(left, volume * share);
      high[column] = to;
      low[column] = threshold;
      visit(right, volume * (1 - share));
      low[column] = from;
    };
    visit(tree, 1);
    const mean = dot(values, volumes);
    this.values = values.subarray(0, count).map((value) => value - mean);
    this.volumes = volumes.subarray(0, count);
    this.variance = dot(
      this.values.map((value) => value ** 2),
      this.volumes,
    );
  }
}

function leafCount(node: TreeNode): number {
  return isSplit(node) ? leafCount(node.left) + leafCount(node.right) : 1;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}
