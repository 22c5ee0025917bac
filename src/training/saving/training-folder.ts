import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type EpochRecord, figures, optionalFigures } from '../loop/epoch-record.ts';
import { saveModel } from './model-folder.ts';

/**
 * Writes the results of a training: the model into `model/` ({@link saveModel}) and its epochs, a row each, into
 * `history.csv`, with a column for each figure that one of them has.
 *
 * @param folder is made where it is missing.
 */
export async function saveTraining(
  folder: string,
  training: { readonly model: tfl.LayersModel; readonly history: readonly EpochRecord[] },
): Promise<void> {
  await saveModel(training.model, join(folder, 'model'));
  const { history } = training;
  const extras = optionalFigures.filter((figure) => history.some((record) => record[figure] !== undefined));
  const columns = [...figures, ...extras];
  const rows = history.map((record) => columns.map((column) => record[column] ?? '').join(','));
  await writeFile(join(folder, 'history.csv'), `${[columns.join(','), ...rows].join('\n')}\n`);
}
