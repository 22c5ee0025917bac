import { isSplit, type TreeNode } from '../../src/importance/fanova/regression-tree.ts';

/** A tree's prediction for a point. */
export function predict(tree: TreeNode, point: ArrayLike<number>): number {
  let node = tree;
  while (isSplit(node)) node = (point[node.column] as number) <= node.threshold ? node.left : node.right;
  return node.value;
}
