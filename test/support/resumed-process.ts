// Runs studies of `resumed-studies.ts` in a file, and kills itself after some writes.

import { openStorage, type Storage } from '../../src/storage/index.ts';
import { isWrite, runResumed } from './resumed-studies.ts';

const [, , url = '', writes = '0', ...kinds] = process.argv;
let left = Number(writes);
const storage = await openStorage(url, { create: true });
const counted = new Proxy(storage, {
  get(target, key) {
    const value: unknown = Reflect.get(target, key);
    if (key === 'close') return async () => {};
    if (typeof value !== 'function') return value;
    return (...args: readonly unknown[]) => {
      if (isWrite(key) && left-- <= 0) process.kill(process.pid, 'SIGKILL');
      return Reflect.apply(value, target, args);
    };
  },
}) as Storage;
for (const kind of kinds) await runResumed(kind, counted);
await storage.close();
