import { describe, it } from 'vitest';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';
import { storageChecks } from '../../src/testing/index.ts';

const checks = await storageChecks({ open: async () => new MemoryStorage() });

describe('MemoryStorage keeps the storage contract', () => {
  for (const { name, run } of checks) it(name, run);
});
