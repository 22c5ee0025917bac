import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** The kinds of calls that `preload/io-fault.c` fails, as its bits. */
export const CALLS = {
  open: 1,
  write: 2,
  truncate: 4,
  sync: 8,
  rename: 16,
  unlink: 32,
  mkdir: 64,
  rmdir: 128,
} as const;
/** Two ways in which a disk fails. */
export const ERRNO = { EIO: 5, ENOSPC: 28 } as const;

/** The part of a write that fails which is written all the same; `short`: half of it, and the call reports no error. */
export const WRITTEN = { nothing: 0, half: 1, short: 2 } as const;

/** The calls that fail. */
export interface Fault {
  readonly call: keyof typeof CALLS;
  /** The first call that fails: 1, 2, …; 0: none. */
  readonly at: number;
  /** The number of calls that fail from there on. */
  readonly count: number;
  readonly error: keyof typeof ERRNO;
  readonly written: keyof typeof WRITTEN;
}

/** The control file of `preload/io-fault.c`, through which faults are switched on and off in programs that run. */
export class IoFaultControl {
  readonly path: string;
  readonly #fd: number;

  /** @param isNew whether to make the file. */
  constructor(path: string, isNew: boolean) {
    this.path = path;
    this.#fd = openSync(path, isNew ? 'w+' : 'r+');
    if (isNew) this.#write([0, 0, 0, 0, 0, 0]);
  }

  /** Switches a fault on, and begins to count its calls anew. */
  set({ call, at, count, error, written }: Fault): void {
    this.#write([CALLS[call], at, count, ERRNO[error], WRITTEN[written], 0]);
  }

  /** Switches the fault off. @returns the number of its calls, those that did not fail included. */
  clear(): number {
    const bytes = Buffer.alloc(24);
    readSync(this.#fd, bytes, 0, 24, 0);
    this.#write([0, 0, 0, 0, 0, 0]);
    return bytes.readInt32LE(20);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(numbers: readonly number[]): void {
    writeSync(this.#fd, Buffer.from(Int32Array.from(numbers).buffer), 0, 24, 0);
  }
}
