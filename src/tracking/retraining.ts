import { join } from 'node:path';
import { histogramOf } from '../math/histogram.ts';
import type { Insight } from '../report/report-data.ts';
import { readRetrained } from '../report/retrained.ts';
import type { EventFile } from './event-file.ts';
import { savedGradients } from './saved-gradients.ts';
import { savedWeights } from './saved-weights.ts';
import { histogram, image, scalar } from './summaries.ts';

/**
 * Writes the results of a retraining: the figures of its epochs by the columns of `history.csv`, and at the last epoch
 * its figures (`test/accuracy`), the misclassified images with their Grad-CAM, and the distributions of each
 * weight and its gradient.
 *
 * @returns the last epoch; 0 where there is no history.
 */
export function writeRetraining(study: string, folder: string, file: EventFile): number {
  const retrained = readRetrained(study, folder);
  const { columns = [], rows = [] } = retrained?.history ?? {};
  const epochAt = Math.max(0, columns.indexOf('epoch'));
  let last = 0;
  for (const row of rows) {
    const epoch = row[epochAt] ?? Number.NaN;
    if (!(Number.isSafeInteger(epoch) && epoch >= 0)) continue;
    last = epoch;
    const figures = columns.flatMap((name, at) => {
      const value = row[at] ?? Number.NaN;
      return at === epochAt || Number.isNaN(value) ? [] : [scalar(name, value)];
    });
    file.add(epoch, figures);
  }
  file.add(
    last,
    (retrained?.metrics ?? []).map(([name, value]) => scalar(`test/${name}`, value)),
  );
  for (const picture of picturesOf(retrained?.insight ?? null)) file.add(last, [picture]);
  for (const { name, numbers } of savedWeights(join(folder, 'model'))) {
    const found = histogramOf(numbers);
    if (found !== undefined) file.add(last, [histogram(`weights/${name}`, found)]);
  }
  for (const { name, ...found } of savedGradients(folder)) file.add(last, [histogram(`gradients/${name}`, found)]);
  return last;
}

function picturesOf(insight: Insight | null) {
  return (insight?.mistakes ?? []).flatMap(({ label, predicted, picture, map }, at) => {
    const [actual, seen] = [label, predicted].map((one) => (one === null ? '?' : (insight?.classes[one]?.name ?? '?')));
    const tag = `misclassified/${at + 1} ${actual} as ${seen}`;
    return [
      ...(picture === null ? [] : [pictureOf(tag, picture)]),
      ...(map === null ? [] : [pictureOf(`${tag}, Grad-CAM`, map)]),
    ];
  });
}

/** The channels of PNG's colour types. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** A picture of a PNG file in base64. */
function pictureOf(tag: string, base64: string) {
  const png = Buffer.from(base64, 'base64');
  return image(tag, png, png.readUInt32BE(16), png.readUInt32BE(20), CHANNELS[png[25] as number] ?? 3);
}
