import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type EpochRecord, figures, optionalFigures } from '../loop/epoch-record.ts';
import { saveModel } from './model-folder.ts';

/**
 * Writes the results of a training: the model into `model/` ({@link saveModel}) and its epochs, a row each, into
 * `history.csv`, with a column for each figure that one of them has. Where epochs have figures of each class, those go
 * into `classes.csv`: epoch, class, precision, recall, f1, support.
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
  const classRows = history.flatMap(({ epoch, validationPerClass = [] }) =>
    validationPerClass.map(({ name, precision, recall, f1, support }) =>
      [epoch, quoted(name), precision, recall, f1, support].join(','),
    ),
  );
  const classesFile = join(folder, 'classes.csv');
  await rm(classesFile, { force: true }); // it may be that of a training before
  if (classRows.length === 0) return;
  await writeFile(classesFile, `${['epoch,class,precision,recall,f1,support', ...classRows].join('\n')}\n`);
}

/** A field of CSV (RFC 4180), in quotes where it needs them. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
