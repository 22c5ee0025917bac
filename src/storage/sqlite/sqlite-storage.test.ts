import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStorageContract } from '../contract/storage-contract.ts';
import { openStorage } from '../open-storage.ts';

const folders: string[] = [];

describeStorageContract('SqliteStorage', {
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hpo-storage-'));
    folders.push(folder);
    return openStorage(join(folder, 'studies.db'), { create: true });
  },
  openAgain: (storage) => openStorage(storage.url, { create: false }),
  cleanUp: async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  },
});
