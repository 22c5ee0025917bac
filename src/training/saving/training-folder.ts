import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { EpochRecord } from '../loop/epoch-record.ts';
import { saveModel } from './model-folder.ts';

const columns = ['epoch', 'trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy', 'seconds'] as const;

/**
 * Writes the results of a training: the model into `model/` ({@link saveModel}) and its epochs, a row each, into
 * `history.csv`.
 *
 * @param folder is made where it is missing.
 */
export async function saveTraining(
  folder: string,
  training: { readonly model: tfl.LayersModel; readonly history: readonly EpochRecord[] },
): Promise<void> {
  await saveModel(training.model, join(folder, 'model'));
  const rows = training.history.map((record) => columns.map((column) => record[column]).join(','));
  await writeFile(join(folder, 'history.csv'), `${[columns.join(','), ...rows].join('\n')}\n`);
}
