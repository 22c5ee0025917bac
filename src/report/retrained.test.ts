import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Files, temporaryFolder } from '../../test/support/run-hpo.ts';
import { readRetrained } from './retrained.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Files): string {
  const folder = temporaryFolder(files);
  folders.push(folder);
  return folder;
}

const metricsFile = (metrics: unknown, study = 's') =>
  JSON.stringify({ configuration: { study, trial: 3, settings: { epochs: 2 } }, elapsedMs: 70, metrics });

it('reads figures, classes, the confusion matrix and the history', () => {
  const metrics = {
    loss: 0.5,
    note: 'fine',
    perClass: [{ name: 'cat', accuracy: 0.5, precision: 1, recall: 0.5, f1: 0.75, support: 2 }],
    confusion: [[2]],
  };
  const folder = folderWith({ 'metrics.json': metricsFile(metrics), 'history.csv': 'epoch,loss\n1,0.5\n2,\n' });
  expect(readRetrained('s', folder)).toMatchInlineSnapshot(`
    {
      "classes": [
        {
          "accuracy": 0.5,
          "f1": 0.75,
          "name": "cat",
          "precision": 1,
          "support": 2,
        },
      ],
      "confusion": [
        [
          2,
        ],
      ],
      "elapsedMs": 70,
      "history": {
        "columns": [
          "epoch",
          "loss",
        ],
        "rows": [
          [
            1,
            0.5,
          ],
          [
            2,
            NaN,
          ],
        ],
      },
      "insight": null,
      "metrics": [
        [
          "loss",
          0.5,
        ],
      ],
      "settings": [
        [
          "epochs",
          "2",
        ],
      ],
      "trial": 3,
    }
  `);
});

it('leaves out files of another form, and ignores those of another study', () => {
  const odd = { perClass: 'many', confusion: [[1, 2], [3]], accuracy: null };
  const folder = folderWith({ 'metrics.json': metricsFile(odd) });
  expect(readRetrained('s', folder)).toEqual({
    trial: 3,
    elapsedMs: 70,
    settings: [['epochs', '2']],
    metrics: [],
    classes: [],
    confusion: [],
    history: null,
    insight: null,
  });
  const others = { 'metrics.json': metricsFile({}, 'another') };
  expect([readRetrained('s', folderWith(others)), readRetrained('s', folderWith({ 'metrics.json': '3' }))]).toEqual([
    null,
    null,
  ]);
  expect(readRetrained('s', join(folder, 'nowhere'))).toBeNull();
});

it("takes no more of somebody else's files than a training writes", () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const wide = `${'x,'.repeat(200_000)}\n${'1,'.repeat(200_000)}\n`;
  const folder = folderWith({ 'metrics.json': metricsFile({ loss: 1 }).replace('70', deep), 'history.csv': wide });
  expect(readRetrained('s', folder)).toBeNull(); // it is no JSON of ours
  const many = Array.from({ length: 1500 }, () => ({ name: [['cat']] }));
  const metrics = { perClass: many, confusion: Array.from({ length: 1500 }, () => [1]) };
  const other = folderWith({ 'metrics.json': metricsFile(metrics), 'history.csv': wide });
  const read = readRetrained('s', other);
  expect(read?.classes).toHaveLength(1000);
  expect(read?.classes[0]?.name).toBe('');
  expect(read?.history?.columns).toHaveLength(100);
  expect(read?.history?.rows[0]).toEqual(Array(100).fill(1));
});
