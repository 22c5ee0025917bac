export { type Holder, type Lease, leaseOf } from './lease.ts';
export { MemoryStorage } from './memory/memory-storage.ts';
export { openStorage } from './open-storage.ts';
export { SqliteStorage } from './sqlite/sqlite-storage.ts';
export type {
  AttributeScope,
  Changes,
  Cursor,
  Requeue,
  Storage,
  StudyRecord,
  StudyTemplate,
  SuggestedParam,
  TrialStart,
  TrialTemplate,
} from './storage.ts';
export type { OpenStorageOptions } from './storage-kinds.ts';
export type { StudyRef } from './study-ref.ts';
export type { Waiting } from './waiting.ts';
export { withStorage } from './with-storage.ts';
