import { describe, expect, it } from 'vitest';
import { ChoiceParam } from '../../../src/importance/fanova/choice-param.ts';
import type { EncodedParam } from '../../../src/importance/fanova/encoded-param.ts';
import { fanova, marginalVariances } from '../../../src/importance/fanova/fanova.ts';
import { LeafBoxes } from '../../../src/importance/fanova/leaf-boxes.ts';
import { NumberParam } from '../../../src/importance/fanova/number-param.ts';
import type { TreeNode } from '../../../src/importance/fanova/regression-tree.ts';
import { importance } from '../../../src/importance/importance.ts';
import { categorical } from '../../../src/space/categorical-distribution.ts';
import { float } from '../../../src/space/float-distribution.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import { expectAllClose, expectClose, golden } from './golden.ts';
import { type GoldenTrial, type JsonSpace, trialsOf } from './tpe-case.ts';

/** A tree of scikit-learn's, by node; the column of a leaf is negative. */
interface GoldenTree {
  readonly columns: readonly number[];
  readonly thresholds: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly values: readonly number[];
  readonly variance: number;
  readonly marginals: readonly number[];
}

interface TreeCase {
  readonly label: string;
  /** The bounds of each column. */
  readonly bounds: readonly (readonly [low: number, high: number])[];
  /** The number of columns of each parameter. */
  readonly widths: readonly number[];
  readonly trees: readonly GoldenTree[];
}

/** A generated history, and the shares of Optuna's forests of several seeds. */
interface ForestCase {
  readonly label: string;
  readonly directions: readonly Direction[];
  readonly space: JsonSpace;
  readonly trials: readonly GoldenTrial[];
  readonly params: readonly string[] | null;
  readonly names: readonly string[];
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const { trees, forests } = golden<{ trees: readonly TreeCase[]; forests: readonly ForestCase[] }>('fanova.json');

function treeOf(tree: GoldenTree, bounds: TreeCase['bounds'], node = 0): TreeNode {
  const column = tree.columns[node] as number;
  if (column < 0) return { value: tree.values[node] as number };
  const [low, high] = bounds[column] as readonly [number, number];
  return {
    column,
    threshold: ((tree.thresholds[node] as number) - low) / (high - low),
    left: treeOf(tree, bounds, tree.left[node]),
    right: treeOf(tree, bounds, tree.right[node]),
  };
}

function paramOf(width: number): EncodedParam {
  return width === 1 ? new NumberParam(float(0, 1)) : new ChoiceParam(categorical([...Array(width).keys()]));
}

describe("fANOVA finds the variances in scikit-learn's trees that Optuna 5.0.0 finds", () => {
  it.each(trees.map((example) => [example.label, example] as const))('%s', (_, { bounds, widths, trees }) => {
    for (const tree of trees) {
      const boxes = new LeafBoxes(treeOf(tree, bounds), bounds.length);
      expectClose(boxes.variance, tree.variance, 'variance');
      expectAllClose(marginalVariances(boxes, widths.map(paramOf)), tree.marginals, 'marginals');
    }
  });
});

/** The most that a share may differ from Optuna's mean over ten seeds, besides three of its standard deviations. */
const TOLERANCE = 0.02;

describe("fANOVA's shares are those of Optuna 5.0.0, but for the forests' randomness", () => {
  it.each(forests.map((example) => [example.label, example] as const))('%s', (_, example) => {
    const { directions, names, means, deviations } = example;
    const found = importance(
      { directions, trials: trialsOf(example.space, example.trials) },
      {
        evaluator: fanova(),
        ...(example.params && { params: example.params }),
        ...(directions.length > 1 && { target: ({ values }) => values?.[0] ?? Number.NaN }),
      },
    );
    expect([...found.keys()].sort()).toEqual(names);
    const slack = (at: number) => TOLERANCE + 3 * (deviations[at] as number);
    for (const [at, name] of names.entries()) {
      expect(Math.abs((found.get(name) as number) - (means[at] as number)), name).toBeLessThan(slack(at));
      for (const [other, lesser] of names.entries()) {
        if ((means[at] as number) - (means[other] as number) < slack(at) + slack(other)) continue;
        expect(found.get(name), `${name} before ${lesser}`).toBeGreaterThan(found.get(lesser) as number);
      }
    }
  });
});
