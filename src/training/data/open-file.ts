import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { HpoError } from '../../base/errors.ts';

/** The words for the system's errors of reading. */
const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a folder',
  EIO: 'its disk reports an error',
};

/** The error, in one line, of a file or folder that cannot be read. @param reason the system's error. */
export function unreadable(path: string, reason: unknown): HpoError {
  const { code = '', message } = reason as NodeJS.ErrnoException;
  return new HpoError('HPO_DATA', `${path} cannot be read: ${PROBLEMS[code] ?? message}`, {
    data: { path },
    cause: reason,
  });
}

/** A file that is read in pieces; it is closed when nothing refers to it any more. */
export class OpenFile {
  readonly path: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  readonly #descriptor: number;

  /** @throws HpoError HPO_DATA for a file that cannot be read. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'r');
      opened.register(this, this.#descriptor);
      const status = fstatSync(this.#descriptor);
      if (!status.isFile())
        throw Object.assign(new Error('it is no file'), { code: status.isDirectory() ? 'EISDIR' : '' });
      this.size = status.size;
    } catch (reason) {
      throw unreadable(path, reason);
    }
  }

  /**
   * Fills a buffer with the bytes from a position on.
   *
   * @returns whether the file has as many.
   * @throws HpoError HPO_DATA where the disk fails.
   */
  read(into: Uint8Array, position: number): boolean {
    try {
      for (let done = 0; done < into.length; ) {
        const count = readSync(this.#descriptor, into, done, into.length - done, position + done);
        if (count === 0) return false;
        done += count;
      }
      return true;
    } catch (reason) {
      throw unreadable(this.path, reason);
    }
  }
}

const opened = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));
