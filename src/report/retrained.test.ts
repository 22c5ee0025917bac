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
  });
  const others = { 'metrics.json': metricsFile({}, 'another') };
  expect([readRetrained('s', folderWith(others)), readRetrained('s', folderWith({ 'metrics.json': '3' }))]).toEqual([
    null,
    null,
  ]);
  expect(readRetrained('s', join(folder, 'nowhere'))).toBeNull();
});
