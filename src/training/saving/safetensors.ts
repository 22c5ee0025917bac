import { type FileHandle, open } from 'node:fs/promises';
import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { isWholeNumber, shown } from '../../base/option-checks.ts';
import { bytesAt } from './bytes-at.ts';
import type { FiledTensor } from './tensor-file.ts';

/** The longest head that is read: parsing a longer one could exhaust the memory. */
const LONGEST_HEAD = 16 * 2 ** 20;

/** The types of numbers that become float32, and how. */
const floats: Readonly<Record<string, { readonly bytes: number; readonly read: (bytes: Buffer) => Float32Array }>> = {
  F64: {
    bytes: 8,
    read: (bytes) => Float32Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readDoubleLE(8 * at)),
  },
  F32: {
    bytes: 4,
    read: (bytes) => Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at)),
  },
  F16: {
    bytes: 2,
    read: (bytes) => Float32Array.from({ length: bytes.length / 2 }, (_, at) => half(bytes.readUInt16LE(2 * at))),
  },
  BF16: { bytes: 2, read: upperHalves },
};

interface Placed {
  readonly shape: readonly number[];
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads tensors of floating-point numbers from a file of the format safetensors (huggingface/safetensors), whoever made
 * it, as float32; half precision (F16, BF16) is widened. Tensors of other types, such as PyTorch's counts of batches,
 * are left out. `readTensorFile` reads the files that hpo writes, which have a checksum.
 *
 * @param isWanted whether to read a tensor; the numbers of others are skipped.
 * @throws HpoError HPO_DATA in one line for a file that is missing, damaged, or of another format.
 */
export async function readSafetensors(
  path: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, FiledTensor>> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error.code === 'ENOENT' ? 'there is no such file' : error.message, error);
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable(path, 'it is not a file');
    const { tensors, dataStart } = await readHead(path, file, stats.size);
    const result = new Map<string, FiledTensor>();
    for (const [name, { shape, type, start, end }] of tensors) {
      const kind = floats[type];
      if (kind === undefined || !isWanted(name)) continue;
      result.set(name, { shape, values: kind.read(await read(path, file, dataStart + start, end - start)) });
    }
    return result;
  } finally {
    await file.close();
  }
}

/** The places of the tensors, and where their numbers begin in the file. */
async function readHead(
  path: string,
  file: FileHandle,
  size: number,
): Promise<{ tensors: ReadonlyMap<string, Placed>; dataStart: number }> {
  const length = size < 8 ? Number.NaN : Number((await read(path, file, 0, 8)).readBigUInt64LE());
  if (!(length <= Math.min(LONGEST_HEAD, size - 8))) throw unreadable(path, 'it is cut short, or of another format');
  let head: unknown;
  try {
    head = JSON.parse((await read(path, file, 8, length)).toString('utf8'));
  } catch (error) {
    throw unreadable(path, 'it is of another format, or its head is damaged', error);
  }
  if (!isObject(head)) throw unreadable(path, 'its head is damaged');
  const { __metadata__: _, ...places } = head as Record<string, unknown>;
  const dataSize = size - 8 - length;
  const tensors = Object.entries(places).map(([name, place]) => {
    const placed = placeOf(place, dataSize);
    if (placed === undefined) throw unreadable(path, `the place of its tensor ${shown(name)} is damaged`);
    return [name, placed] as const;
  });
  return { tensors: new Map(tensors), dataStart: 8 + length };
}

/** The place of a tensor in the head; undefined where it cannot be right. */
function placeOf(place: unknown, dataSize: number): Placed | undefined {
  if (!isObject(place)) return undefined;
  const { dtype: type, shape, data_offsets: offsets } = place as Record<string, unknown>;
  const areSizes = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((size) => isWholeNumber(size, 0));
  if (typeof type !== 'string' || !areSizes(shape) || !areSizes(offsets)) return undefined;
  const [start = 0, end = 0] = offsets;
  const bytes = floats[type]?.bytes;
  const isFitting = bytes === undefined || shape.reduce((product, length) => product * length, bytes) === end - start;
  return offsets.length === 2 && start <= end && end <= dataSize && isFitting ? { shape, type, start, end } : undefined;
}

function read(path: string, file: FileHandle, start: number, size: number): Promise<Buffer> {
  return bytesAt(file, start, size, () => unreadable(path, 'it has become shorter'));
}

/** An IEEE 754 number of half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Numbers of the type bfloat16, which are the upper halves of float32 ones. */
function upperHalves(bytes: Buffer): Float32Array {
  const bits = Uint32Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(2 * at) * 0x1_0000);
  return new Float32Array(bits.buffer);
}

const unreadable = (path: string, why: string, cause?: unknown): HpoError =>
  new HpoError('HPO_DATA', `No tensors can be read from ${path}: ${why}; give a .safetensors file.`, {
    data: { path },
    cause,
  });
