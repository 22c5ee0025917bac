// One of several processes that use the same storage at once. Its arguments say what to do, and the result goes to its
// parent as one message.

import { leaseOf, openStorage } from '../../src/storage/index.ts';

const [, , task = '', url = '', count = '0', at = '0'] = process.argv;

if (task === 'make') {
  const tokens: (string | undefined)[] = [];
  for (let n = 0; n < Number(count); n++) {
    waitUntil(Number(at) + 100 * n); // so that all processes make each file at one moment
    const made = await openStorage(`${url}.${n}`, { create: true });
    tokens.push((await made.createStudy({ name: 'shared', directions: ['minimize'] }, 'load')).token);
    await made.close();
  }
  await new Promise((sent) => process.send?.(tokens, sent));
  process.exit();
}

/** Waits until a time in milliseconds; the last of them are counted by the clock itself. */
function waitUntil(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, time - 2 - Date.now()));
  while (Date.now() < time);
}

const storage = await openStorage(url, { create: true });
const study = await storage.createStudy({ name: 'shared', directions: ['minimize'] }, 'load');

const numbers: number[] = [];
for (let n = 0; n < Number(count); n++) {
  if (task === 'create') {
    const trial = await storage.createTrial(study, { state: 'RUNNING', systemAttrs: { pid: process.pid } });
    await storage.setIntermediateValue(leaseOf(study, trial), 1, trial.number);
    await storage.finishTrial(leaseOf(study, trial), 'COMPLETE', [trial.number]);
    numbers.push(trial.number);
  } else {
    const holder = { id: String(process.pid), graceMs: 120_000, process: null };
    const trial = await storage.startTrial(study, { holder, atMost: Number(count) });
    if (trial === undefined) break;
    numbers.push(trial.number);
  }
}
await storage.close();
process.send?.(numbers);
