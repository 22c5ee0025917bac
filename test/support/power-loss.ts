import { readFileSync } from 'node:fs';
import { sep } from 'node:path';
import type { Rng } from '../../src/base/rng.ts';

/** An operation on a file that `preload/io-record.c` recorded. */
export interface Recorded {
  /** `said`: a program wrote the data to stdout. */
  readonly op: 'write' | 'truncate' | 'sync' | 'create' | 'makeFolder' | 'rename' | 'remove' | 'said';
  readonly path: string;
  /** The new path of a `rename`. */
  readonly to: string;
  /** The place of a `write`, the length that a `truncate` sets. */
  readonly offset: number;
  readonly data: Buffer;
}

const OPS: Readonly<Record<string, Recorded['op']>> = {
  w: 'write',
  t: 'truncate',
  f: 'sync',
  c: 'create',
  d: 'makeFolder',
  r: 'rename',
  u: 'remove',
  s: 'said',
};

/** Reads the records of `preload/io-record.c`. */
export function readRecords(file: string): readonly Recorded[] {
  const bytes = readFileSync(file);
  const records: Recorded[] = [];
  for (let at = 0; at < bytes.length; ) {
    const op = OPS[String.fromCharCode(bytes[at] ?? 0)] as Recorded['op'];
    const [offset, length, paths] = [1, 9, 17].map((place) => Number(bytes.readBigInt64LE(at + place))) as [
      number,
      number,
      number,
    ];
    at += 25;
    const [path = '', to = ''] = bytes.toString('utf8', at, at + paths).split('\0');
    at += paths;
    records.push({ op, path, to, offset, data: bytes.subarray(at, at + length) });
    at += length;
  }
  return records;
}

/** The way in which a disk loses the writes that no sync has made safe. */
export type Loss = 'none' | 'all' | 'some' | 'torn';

/** A file, whatever its names: its content that is safe, and the changes that may get lost. */
interface Content {
  safe: Buffer;
  unsafe: Recorded[];
}

type Name = Pick<Recorded, 'op' | 'path' | 'to'> & { readonly content: Content | undefined };

/**
 * A disk whose power fails. A sync of a file makes its content safe, a sync of a folder the names in it, and with them,
 * as in any journal, all changes of names before. Of the other changes of names the first few survive; of the other
 * writes to a file any may, each of them whole or torn at a sector.
 */
export class PowerLoss {
  readonly #safeNames = new Map<string, Content | 'folder'>();
  readonly #names = new Map<string, Content | 'folder'>();
  #unsafeNames: Name[] = [];

  /** Applies an operation. */
  take(record: Recorded): void {
    const { op, path, to } = record;
    const found = this.#names.get(path);
    if (op === 'said') return;
    if (op === 'sync') {
      if (found !== undefined && found !== 'folder') {
        found.safe = apply(found.safe, found.unsafe);
        found.unsafe = [];
        // The journal that makes a new file safe makes its name safe, too.
        if (this.#unsafeNames.some(({ op, content }) => op === 'create' && content === found)) this.#makeNamesSafe();
      } else this.#makeNamesSafe();
      return;
    }
    if (op === 'write' || op === 'truncate') {
      if (found === undefined) this.take({ ...record, op: 'create' });
      const content = this.#names.get(path);
      if (content !== undefined && content !== 'folder') content.unsafe.push(record);
      return;
    }
    const content = op === 'create' ? { safe: Buffer.alloc(0), unsafe: [] } : undefined;
    const name = { op, path, to, content };
    rename(this.#names, name);
    this.#unsafeNames.push(name);
  }

  /** The files and folders (undefined) as the disk has them after the power has failed now. */
  after(loss: Loss, rng: Rng): ReadonlyMap<string, Buffer | undefined> {
    const names = new Map(this.#safeNames);
    const count = this.#unsafeNames.length;
    const kept = loss === 'none' ? count : loss === 'all' ? 0 : rng.integer(count + 1);
    for (const name of this.#unsafeNames.slice(0, kept)) rename(names, name);
    const contents = new Map<Content, Buffer>();
    const files = new Map<string, Buffer | undefined>();
    for (const [path, content] of names) {
      if (content === 'folder') files.set(path, undefined);
      else {
        if (!contents.has(content)) contents.set(content, apply(content.safe, surviving(content.unsafe, loss, rng)));
        files.set(path, contents.get(content));
      }
    }
    return files;
  }

  #makeNamesSafe(): void {
    for (const name of this.#unsafeNames) rename(this.#safeNames, name);
    this.#unsafeNames = [];
  }
}

/** Applies a change of names. */
function rename(names: Map<string, Content | 'folder'>, { op, path, to, content }: Name): void {
  if (op === 'create' && content !== undefined) names.set(path, content);
  else if (op === 'makeFolder') names.set(path, 'folder');
  else if (op === 'remove') names.delete(path);
  else if (op === 'rename') {
    for (const [old, what] of [...names]) {
      if (old !== path && !old.startsWith(path + sep)) continue;
      names.delete(old);
      names.set(to + old.slice(path.length), what);
    }
  }
}

/** The writes that the disk has carried out. */
function surviving(unsafe: readonly Recorded[], loss: Loss, rng: Rng): readonly Recorded[] {
  if (loss === 'none') return unsafe;
  if (loss === 'all') return [];
  return unsafe.flatMap((record) => {
    if (rng.integer(2) === 0) return [];
    if (loss === 'some' || record.op !== 'write') return [record];
    const sectors = Math.ceil(record.data.length / 512);
    const from = rng.integer(sectors) * 512;
    const isHead = rng.integer(2) === 0;
    const data = isHead ? record.data.subarray(0, from) : record.data.subarray(from);
    return [{ ...record, data, offset: isHead ? record.offset : record.offset + from }];
  });
}

function apply(content: Buffer, changes: readonly Recorded[]): Buffer {
  if (changes.length === 0) return content;
  let length = content.length;
  for (const { op, offset, data } of changes) length = Math.max(length, op === 'write' ? offset + data.length : offset);
  const bytes = Buffer.alloc(length);
  content.copy(bytes);
  let end = content.length;
  for (const { op, offset, data } of changes) {
    if (op === 'write') {
      data.copy(bytes, offset);
      end = Math.max(end, offset + data.length);
    } else {
      if (offset < end) bytes.fill(0, offset, end);
      end = offset;
    }
  }
  return bytes.subarray(0, end);
}
