import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The ends of the names of the files that SQLite keeps beside a database with a write-ahead log while it is open. */
const BESIDE = ['-wal', '-shm'] as const;

/** The identity of a file: its device and inode. */
type Identity = { readonly dev: bigint; readonly ino: bigint };

/** The files of an open database by their path, which may come to name nothing, or other files, while it is open. */
export class DatabaseFile {
  readonly path: string;
  readonly #own: Identity | undefined;
  /** The files beside the database, as soon as they have been seen. */
  readonly #beside = new Map<string, Identity>();

  /** @param path of a database that was opened just before. */
  constructor(path: string) {
    this.path = path;
    this.#own = identityOf(path);
    for (const suffix of BESIDE) this.#isSame(suffix);
  }

  /**
   * The fate of the file, in words that follow its name: `was deleted`. Undefined while the path names the open file.
   */
  loss(): string | undefined {
    const own = this.#own;
    if (own === undefined) return undefined; // it could not be seen when it was opened
    const now = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (now === undefined) {
      const elsewhere = openPath(own);
      return elsewhere === undefined ? 'was deleted' : `was moved to ${elsewhere}`;
    }
    if (!isSame(now, own)) return 'was replaced by another file';
    if (now.size === 0n) return 'was emptied';
    const gone = BESIDE.find((suffix) => !this.#isSame(suffix));
    return gone === undefined ? undefined : `lost its ${gone} file, without which others cannot share it,`;
  }

  /** The files beside the database that still belong to the open one. */
  beside(): readonly string[] {
    return BESIDE.filter((suffix) => this.#beside.has(suffix) && this.#isSame(suffix)).map((each) => this.path + each);
  }

  #isSame(suffix: string): boolean {
    const known = this.#beside.get(suffix);
    const now = identityOf(this.path + suffix);
    if (known !== undefined) return now !== undefined && isSame(now, known);
    if (now !== undefined) this.#beside.set(suffix, now);
    return true;
  }
}

function identityOf(path: string): Identity | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function isSame(a: Identity, b: Identity): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** The path of a file that this process has open, on systems that show it, as Linux does; undefined elsewhere. */
function openPath(file: Identity): string | undefined {
  const folder = '/proc/self/fd';
  try {
    for (const descriptor of readdirSync(folder)) {
      const link = join(folder, descriptor);
      const now = statSync(link, { bigint: true, throwIfNoEntry: false });
      if (now === undefined || !isSame(now, file)) continue;
      const path = readlinkSync(link);
      const named = identityOf(path); // a deleted file has its last path and a word
      return named !== undefined && isSame(named, file) ? path : undefined;
    }
  } catch {
    // There is no such folder.
  }
  return undefined;
}
