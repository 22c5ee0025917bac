import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import type { RunEvent } from '../study/run-event.ts';
import { TensorBoard } from './tensorboard.ts';

const started = (trial: number): RunEvent => ({
  type: 'trial-started',
  trial,
  params: { x: 1 },
  worker: 0,
  attempt: 1,
});
const reported = (trial: number): RunEvent => ({ type: 'trial-reported', trial, step: 1, value: 1 });

it('warns once where a file cannot be written, and stays silent afterwards', () => {
  const folder = join(tempFolder(), 'tb');
  const warnings: string[] = [];
  const tracker = new TensorBoard({ folder, warn: (message) => warnings.push(message.replaceAll(folder, 'DIR')) });
  writeFileSync(folder, 'a file where the folder is to be');
  for (const trial of [0, 1]) for (const event of [started(trial), reported(trial)]) tracker.handle(event);
  tracker.close();
  expect(warnings).toMatchInlineSnapshot(`
    [
      "nothing more is written for TensorBoard: DIR: DIR is not a folder",
    ]
  `);
  rmSync(folder);
  tracker.handle(started(2));
  expect(existsSync(folder)).toBe(false);
});

it('writes into the folder of the study by default, and nothing for trials of other processes', () => {
  const folder = tempFolder();
  const tracker = new TensorBoard({ warn: (message) => expect.fail(message) });
  tracker.handle({ type: 'run-started', study: 's', folder } as unknown as RunEvent);
  tracker.handle(reported(7));
  tracker.handle({ type: 'trial-lost', trial: 7, reason: 'taken' });
  tracker.handle(started(3));
  tracker.handle({ type: 'retrain-finished', folder: join(folder, 'retrain'), metrics: null, elapsedMs: 1 });
  tracker.close();
  expect(readdirSync(join(folder, 'tb')).sort()).toEqual(['retrain', 'trial-3']);
});
