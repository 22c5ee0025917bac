import { Rng } from '../../base/rng.ts';
import type { TreeNode } from './regression-tree.ts';
import { TreeGrower } from './tree-grower.ts';

/** The settings by which a forest is grown. */
export interface ForestSettings {
  readonly trees: number;
  readonly maxDepth: number;
  readonly seed: number;
}

/**
 * The trees of a random forest (Breiman 2001), one after the other. Each is grown on as many rows as there are, drawn
 * with replacement, and may split every column.
 */
export function* forest(
  columns: readonly Float64Array[],
  values: Float64Array,
  { trees, maxDepth, seed }: ForestSettings,
): Generator<TreeNode, void, undefined> {
  const grower = new TreeGrower(columns, values, maxDepth);
  for (let tree = 0; tree < trees; tree++) {
    const rng = new Rng(`${seed}/fanova/${tree}`);
    const weights = new Uint32Array(values.length);
    for (let draw = 0; draw < values.length; draw++) {
      const row = rng.integer(values.length);
      weights[row] = (weights[row] as number) + 1;
    }
    yield grower.grow(weights, rng);
  }
}
