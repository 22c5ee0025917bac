import { statSync } from 'node:fs';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { sqliteFile } from '../storage/storage-kinds.ts';

/** The longest wait of a call for a database that is locked or away, in milliseconds; then the pages say so. */
const PATIENCE_MS = 3_000;

/** The storage that pages show. */
export interface StorageSource {
  /** The storage, opened where it is not open. @throws HpoError HPO_STORAGE while it cannot be used. */
  open(): Promise<Storage>;
  /** Has the next {@link open} open it anew, after an error. */
  reset(): Promise<void>;
}

/** A storage that somebody else opened, and closes. */
export function openedStorage(storage: Storage): StorageSource {
  return { open: async () => storage, reset: async () => {} };
}

/**
 * A storage by its URL, which may go away and come back: the file that is at its path is read, and no former one that is
 * still open. Nothing is made where there is none.
 */
export class WatchedStorage implements StorageSource {
  readonly #url: string;
  readonly #path: string | undefined;
  #storage: Storage | undefined;
  #identity: string | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#path = pathOf(url);
  }

  async open(): Promise<Storage> {
    const identity = this.#look();
    if (identity === undefined || identity !== this.#identity) await this.reset();
    this.#storage ??= await openStorage(this.#url, { create: false, waiting: { limitMs: PATIENCE_MS } });
    this.#identity = identity;
    return this.#storage;
  }

  async reset(): Promise<void> {
    const former = this.#storage;
    this.#storage = undefined;
    await former?.close().catch(() => {}); // it is of no more use, whatever it says
  }

  /** The identity of the file at the path: '' for a storage that is none, undefined where it is missing. */
  #look(): string | undefined {
    if (this.#path === undefined) return '';
    const found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev}.${found.ino}`;
  }
}

function pathOf(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1] ?? 'sqlite';
  return scheme.toLowerCase() === 'sqlite' ? sqliteFile(url).path : undefined;
}
