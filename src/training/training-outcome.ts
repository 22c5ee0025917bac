import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Metrics } from './loop/metrics.ts';
import type { EpochRecord } from './loop/train.ts';
import { saveModel } from './model-folder.ts';

/** Everything a finished training leaves behind. */
export interface TrainingOutcome {
  readonly model: tfl.LayersModel;
  readonly history: readonly EpochRecord[];
  readonly metrics: Metrics;
}

const columns = ['epoch', 'trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy', 'seconds'] as const;

/**
 * Writes a training's outcome: the model into `model/` ({@link saveModel}), its epochs into `history.csv` and its
 * figures into `metrics.json`.
 *
 * @param folder is made where it is missing.
 */
export async function saveOutcome(folder: string, { model, history, metrics }: TrainingOutcome): Promise<void> {
  await mkdir(folder, { recursive: true });
  await saveModel(model, join(folder, 'model'));
  const rows = history.map((record) => columns.map((column) => record[column]).join(','));
  await writeFile(join(folder, 'history.csv'), `${[columns.join(','), ...rows].join('\n')}\n`);
  await writeFile(join(folder, 'metrics.json'), `${JSON.stringify(metrics, undefined, 2)}\n`);
}
