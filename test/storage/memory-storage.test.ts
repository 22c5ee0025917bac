import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';
import { describeStorageContract } from './contract/storage-contract.ts';

describeStorageContract('MemoryStorage', { open: async () => new MemoryStorage() });
