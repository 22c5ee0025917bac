// Writes results and checkpoints again and again, for a test of what a power loss leaves of them. Its argument is a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../src/base/replace-file.ts';
import { PartialFolder } from '../../src/runner/coordinator/partial-folder.ts';
import { TrialCheckpoints } from '../../src/study/checkpoints/trial-checkpoints.ts';

const [, , folder = ''] = process.argv;
for (const text of ['first', 'second']) {
  replaceFile(join(folder, 'best.json'), text);
  const partial = new PartialFolder(join(folder, 'retrain'));
  mkdirSync(join(partial.path, 'model'));
  for (const name of ['metrics.json', 'model/weights.bin']) writeFileSync(join(partial.path, name), text);
  await partial.finish();
}

const start = {
  trial: 0,
  label: 'Trial 0',
  attempt: 1,
  place: join(folder, 'trial-0'),
  direction: undefined,
  reports: [],
};
const checkpoints = new TrialCheckpoints(start, { keepCheckpoints: async () => {}, warn: console.error });
for (let step = 0; step < 7; step++) {
  await checkpoints.keep(step, async (to) => writeFileSync(join(to, 'state'), `step-${step}`), { overwrites: true });
}
