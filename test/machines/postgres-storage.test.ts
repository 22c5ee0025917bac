import { describe, it } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { storageChecks } from '../../src/testing/index.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';

const openAgain = (storage: Storage) => openStorage(storage.label, { create: false });
const largestStep = 2 ** 31 - 1; // the columns are PostgreSQL's `integer`

const checks = await storageChecks({
  open: async () => openStorage(await freshDatabase(), { create: true }),
  openAgain,
  largestStep,
});

describe.skipIf(!hasPostgres)(`PostgresStorage keeps the storage contract${postgresNote}`, () => {
  for (const { name, run } of checks) it(name, run);
});
