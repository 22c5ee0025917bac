import { join } from 'node:path';
import { describe, it } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { storageChecks } from '../../src/testing/index.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { memoryFolder } from '../support/temp-folder.ts';

async function newFile(): Promise<string> {
  const file = join(memoryFolder(), 'studies.db');
  await (await openStorage(file, { create: true })).close();
  return file;
}

const openAgain = (storage: Storage) => openStorage(storage.label, { create: false });

const checks = await storageChecks({
  open: async () => openStorage(await newFile(), { create: false }),
  openAgain,
});

describe('SqliteStorage keeps the storage contract', () => {
  for (const { name, run } of checks) it(name, run);
});

const checksWithJournal = await storageChecks({
  open: async () => {
    const file = await newFile();
    const db = openSqlite(file);
    db.pragma('journal_mode = DELETE');
    db.close();
    return openStorage(file, { create: false });
  },
  openAgain,
});

describe('SqliteStorage on a file with a rollback journal, as Optuna makes them, keeps the storage contract', () => {
  for (const { name, run } of checksWithJournal) it(name, run);
});
