import { describeStorageContract } from './contract/storage-contract.ts';
import { MemoryStorage } from './memory-storage.ts';

describeStorageContract('MemoryStorage', { open: async () => new MemoryStorage() });
