import { execFileSync } from 'node:child_process';
import { describe, it } from 'vitest';
import { PostgresStorage } from '../../src/storage/postgres/postgres-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { storageChecks } from '../../src/testing/index.ts';

let n = 0;
async function fresh(): Promise<string> {
  const name = `t${process.pid}_${n++}`;
  execFileSync('psql', ['-q', '-h', '127.0.0.1', '-p', '5499', '-U', 'postgres', '-c', `create database ${name}`]);
  return `postgresql://postgres@127.0.0.1:5499/${name}`;
}
const checks = await storageChecks({
  open: async () => PostgresStorage.open(await fresh(), { create: true }),
  openAgain: (storage: Storage) => PostgresStorage.open(storage.label, { create: false }),
  largestStep: 2 ** 31 - 1,
});

describe('PostgresStorage keeps the storage contract', () => {
  for (const { name, run } of checks) it(name, run);
});
