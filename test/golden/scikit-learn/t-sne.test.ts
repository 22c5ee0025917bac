import { describe, expect, test } from 'vitest';
import { tsne } from '../../../src/training/index.ts';
import { affinities } from '../../../src/training/insight/t-sne/affinities.ts';
import { nearestNeighbours } from '../../../src/training/insight/t-sne/nearest-neighbours.ts';
import { principalComponents } from '../../../src/training/insight/t-sne/principal-components.ts';
import { rows } from './rows.ts';
import golden from './t-sne.json' with { type: 'json' };

const { perplexity, fromComponents, fromRandomPlaces } = golden;

describe("t-SNE is scikit-learn's", () => {
  test('in its joint probabilities, entry by entry', async () => {
    const breathe = () => undefined;
    const points = await principalComponents(rows(), 50, 0, breathe);
    const neighbours = await nearestNeighbours(points, 3 * perplexity + 1, breathe);
    const { starts, columns, values } = await affinities(neighbours, perplexity, breathe);
    for (const { row, columns: wanted, values: probabilities } of golden.joint) {
      const [from, to] = [starts[row] as number, starts[row + 1] as number];
      const entries = [...columns.subarray(from, to)].map(
        (column, at) => [column, values[from + at] as number] as const,
      );
      entries.sort(([a], [b]) => a - b);
      const others = wanted
        .map((column, at) => [column, probabilities[at] as number] as const)
        .sort(([a], [b]) => a - b);
      expect(entries.map(([column]) => column)).toEqual(others.map(([column]) => column));
      for (const [at, [, value]] of entries.entries()) {
        expect(Math.abs(value / (others[at]?.[1] as number) - 1)).toBeLessThan(1e-3); // both end their search at 1e-5
      }
    }
  });

  test('in the neighbours that the plane keeps and in the divergence, as near as its own runs are to each other', async () => {
    const { kept, divergence } = await tsne(rows(), { perplexity });
    const runs = [fromComponents, ...fromRandomPlaces];
    const spread = (figures: readonly number[]) => Math.max(...figures) - Math.min(...figures);
    expect(Math.abs(kept - fromComponents.kept)).toBeLessThan(2 * spread(runs.map((run) => run.kept)));
    const noise = spread(runs.map((run) => run.divergence));
    expect(Math.abs(divergence - fromComponents.divergence)).toBeLessThan(2 * noise);
  });
});
