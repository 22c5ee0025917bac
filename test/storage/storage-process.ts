// One of several processes that use the same storage at once: what it does stands in its arguments, and what came of
// it goes to its parent as one message.

import { openStorage } from '../../src/storage/index.ts';

const [, , task = '', url = '', count = '0'] = process.argv;
const storage = await openStorage(url, { create: true });
const study =
  (await storage.findStudy('shared')) ??
  (await storage.createStudy({ name: 'shared', directions: ['minimize'] }).catch(() => storage.findStudy('shared')));
if (study === undefined) throw new Error('The study is not there.');

const numbers: number[] = [];
for (let n = 0; n < Number(count); n++) {
  if (task === 'create') {
    const { id, number } = await storage.createTrial(study.id, { state: 'RUNNING', systemAttrs: { pid: process.pid } });
    await storage.setIntermediateValue(id, 1, number);
    await storage.finishTrial(id, 'COMPLETE', [number]);
    numbers.push(number);
  } else {
    const trial = await storage.claimWaitingTrial(study.id, { pid: process.pid });
    if (trial === undefined) break;
    numbers.push(trial.number);
  }
}
await storage.close();
process.send?.(numbers);
