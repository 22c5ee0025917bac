import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { removeUnusedSync } from '../../base/remove-unused.ts';

/** A copy of a whole open database, in a file of a new name beside the file that it lost. */
export class Rescue {
  readonly #db: Database;
  readonly #lost: string;
  #path: string | undefined;

  /** @param lost the path that the database had. */
  constructor(db: Database, lost: string) {
    this.#db = db;
    this.#lost = lost;
  }

  /** The path of the copy; undefined while there is none. */
  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Writes the copy, or brings it up to date: in the folder of the lost file, or else in the nearest one that takes it.
   * @throws SQLite's error for the folder that was tried last.
   */
  write(): void {
    const name = `${basename(this.#lost, extname(this.#lost))}-rescued-${randomBytes(4).toString('hex')}.db`;
    let problem: unknown;
    for (const folder of this.#path === undefined ? foldersFor(this.#lost) : [dirname(this.#path)]) {
      const copy = join(folder, name);
      try {
        this.#db.prepare('VACUUM INTO ?').run(copy);
        if (this.#path === undefined) this.#path = copy;
        else renameSync(copy, this.#path);
        return;
      } catch (error) {
        problem = error;
        removeUnusedSync(copy); // a part of a copy that did not fit
      }
    }
    throw problem;
  }
}

/** The folders that may take a rescued file, the nearest to its path first. */
function foldersFor(lost: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(lost); folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return [...folders, tmpdir()].filter((folder) => existsSync(folder));
}
