import { rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { HpoError } from '../../base/errors.ts';
import { fileLost } from '../storage-errors.ts';
import { DatabaseFile } from './database-file.ts';
import { Rescue } from './rescue.ts';
import { storageError } from './sqlite-error.ts';

/** The least time between two looks at the files. Looks are taken at writes, and one costs as much as a small write. */
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
 * Notices when the path of an open database comes to name nothing, or another file: nobody would find the data stored
 * from then on. The whole database is then written into a file beside it, and again when it is closed.
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

  /** Looks at the files, unless a look was taken just before. @throws HpoError HPO_STORAGE, as {@link confirm} does. */
  require(): void {
    this.around(() => undefined);
  }

  /**
   * Does a write, even where the file is lost: it goes into the open database, and so into the copy.
   * @throws HpoError HPO_STORAGE after the write if the file is lost, as {@link confirm} does.
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

  /** Brings the copy up to date, before the database is closed. */
  close(): void {
    if (this.#rescue.path === undefined) return;
    this.#rescue.write();
    // SQLite would take a log that stayed behind for the log of the next file of this name.
    if (this.#isReplaced) for (const path of this.#file.beside()) rmSync(path, { force: true });
  }

  /** The fate of the file; undefined where it is not lost, is known to be lost, or was looked at just before. */
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
