import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { HpoError } from '../../base/errors.ts';
import { fileLost } from '../storage-errors.ts';
import { DatabaseFile } from './database-file.ts';
import { Rescue } from './rescue.ts';
import { storageError } from './sqlite-error.ts';

/** The least time between two looks at the files, which happen at writes: a look costs as much as a small write. */
const LOOK_MS = 100;

/** The options of a {@link FileWatch}. */
export interface FileWatchOptions {
  readonly db: Database;
  /** The path that the database was opened by. */
  readonly path: string;
  /** The name of the database in messages. */
  readonly label: string;
  /** Called once with a line for people, when the file is lost. */
  readonly onLost?: ((line: string) => void) | undefined;
}

/**
 * Notices when the path of an open database comes to name nothing, or another file: what is stored from then on nobody
 * would find. All that the database holds is then written into a file beside it, and again when it is closed.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #file: DatabaseFile;
  readonly #rescue: Rescue;
  #loss: HpoError | undefined;
  #isReplaced = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#file = new DatabaseFile(options.path);
    this.#rescue = new Rescue(options.db, options.path);
  }

  /**
   * Looks at the files now.
   * @throws HpoError HPO_STORAGE if the file is lost, saying what became of it and where its content is.
   */
  confirm(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.require();
  }

  /** Looks at the files, unless that was just done. @throws as {@link confirm}. */
  require(): void {
    this.around(() => undefined);
  }

  /**
   * Does a write, even where the file is lost: it goes into the database that is open, and so into the copy.
   * @throws as {@link confirm}, then.
   */
  around<T>(write: () => T): T {
    const what = this.#look();
    if (this.#loss === undefined && what === undefined) return write();
    try {
      if (what !== undefined) this.#keepWriting();
      write();
    } finally {
      if (what !== undefined) this.#lose(what);
    }
    throw this.#loss;
  }

  /** Brings the copy up to date, to be called before the database is closed. */
  close(): void {
    if (this.#rescue.path === undefined) return;
    this.#rescue.write();
    // A log that stayed behind would be taken for that of the next file of this name.
    if (this.#isReplaced) for (const path of this.#file.beside()) rmSync(path, { force: true });
  }

  /** The fate of the file, where it is news. */
  #look(): string | undefined {
    const now = performance.now();
    if (this.#loss !== undefined || now - this.#lookedAt < LOOK_MS) return undefined;
    this.#lookedAt = now;
    return this.#file.loss();
  }

  /** Keeps the rollback journal in memory, since SQLite makes none beside a file that has moved. */
  #keepWriting(): void {
    const { db } = this.#options;
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') db.pragma('journal_mode = MEMORY');
  }

  #lose(what: string): void {
    const { label, path, onLost } = this.#options;
    this.#isReplaced = /deleted|moved|replaced/.test(what);
    let problem: unknown;
    try {
      this.#rescue.write();
    } catch (error) {
      problem = storageError('its copy', error);
    }
    const rescued = this.#rescue.path;
    const isBeside = rescued !== undefined && dirname(rescued) === dirname(path);
    this.#loss = fileLost({ label, name: isBeside ? basename(path) : path, what, rescued, problem });
    onLost?.(this.#loss.message);
  }
}
