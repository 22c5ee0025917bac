/** A node of a regression tree over the unit cube: a {@link Split}, or a leaf that has a value. */
export type TreeNode = Split | Leaf;

/** Points go left where their number in the column is at most the threshold. */
export interface Split {
  readonly column: number;
  readonly threshold: number;
  readonly left: TreeNode;
  readonly right: TreeNode;
}

/** The tree's prediction for all points in its box. */
export interface Leaf {
  readonly value: number;
}

/** Whether a node has children. */
export function isSplit(node: TreeNode): node is Split {
  return 'column' in node;
}
