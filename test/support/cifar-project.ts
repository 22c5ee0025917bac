import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openStorage, type StudyRecord } from '../../src/storage/index.ts';
import { CHECKOUT, temporaryProject } from './run-hpo.ts';

/** The environment in which `cifar10()` is a sample of real images: 512 for training and validation, 256 for the test. */
export const CIFAR_SAMPLE = { HPO_CIFAR10: join(CHECKOUT, 'test/fixtures/cifar10-sample') };

/** A user's project with `studies/cifar-cnn.ts`. */
export function cifarProject(): string {
  const folder = temporaryProject();
  for (const part of ['studies', 'search-spaces'])
    cpSync(join(CHECKOUT, part), join(folder, part), { recursive: true });
  return folder;
}

/** The parameters, reports, states and values of the only study in a project. */
export async function outcomesIn(folder: string) {
  const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
  const [record] = await storage.listStudies();
  const { trials } = await storage.changesSince(record as StudyRecord);
  await storage.close();
  return trials.map(({ state, params, values, intermediateValues }) => {
    return { state, params, values, reports: [...intermediateValues] };
  });
}
