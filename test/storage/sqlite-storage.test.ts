import { join } from 'node:path';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { memoryFolder } from '../support/temp-folder.ts';
import { describeStorageContract } from './contract/storage-contract.ts';

async function newFile(): Promise<string> {
  const file = join(memoryFolder(), 'studies.db');
  await (await openStorage(file, { create: true })).close();
  return file;
}

const openAgain = (storage: Storage) => openStorage(storage.label, { create: false });

describeStorageContract('SqliteStorage', {
  open: async () => openStorage(await newFile(), { create: false }),
  openAgain,
});

describeStorageContract('SqliteStorage on a file with a rollback journal, as Optuna makes them', {
  open: async () => {
    const file = await newFile();
    const db = openSqlite(file);
    db.pragma('journal_mode = DELETE');
    db.close();
    return openStorage(file, { create: false });
  },
  openAgain,
});
