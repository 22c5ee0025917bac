import { closeSync, constants, ftruncateSync, lstatSync, openSync, unlinkSync, writev } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { HpoError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { isWholeNumber, shown } from '../../base/option-checks.ts';
import { bytesAt } from './bytes-at.ts';

/** The numbers of a tensor, row by row. */
export type TensorValues = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor as a file holds it. */
export interface FiledTensor {
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/** The type of a tensor's numbers, and its shape. */
export interface TensorKind {
  readonly type: TensorType;
  readonly shape: readonly number[];
}

const types = { F32: Float32Array, F64: Float64Array, I32: Int32Array, BOOL: Uint8Array } as const;

/** The types of safetensors that are written and read. */
export type TensorType = keyof typeof types;

/** The longest head that is read: parsing a longer one could exhaust the memory. It is that of 30,000 tensors. */
const LONGEST_HEAD = 4 * 2 ** 20;

// The checksum stands where it can be found without parsing: it counts all bytes behind it. Those before it are fixed,
// but for the length of the head, with which the size of the file would not agree.
const opening = '{"__metadata__":{"checksum":"';
const checksumDigits = 8;
const countedFrom = 8 + opening.length + checksumDigits;

/**
 * Writes tensors in the format of safetensors (huggingface/safetensors: the length of the head in 8 bytes, a head of
 * JSON with the type, shape and place of each tensor, then their numbers), so that any reader of it, as Python's
 * `safetensors.numpy.load_file`, opens them. The head has a CRC-32 of the file.
 *
 * @param path a file that does not exist yet, or a file of nobody else's, which is overwritten in its place.
 * @param format names what the tensors are, and with a number its version.
 */
export async function writeTensorFile(
  path: string,
  format: string,
  metadata: string,
  tensors: ReadonlyMap<string, FiledTensor>,
): Promise<void> {
  const head: Record<string, unknown> = { __metadata__: { checksum: '0'.repeat(checksumDigits), format, metadata } };
  let size = 0;
  for (const [name, { shape, values }] of tensors) {
    head[name] = { dtype: typeOf(values), shape, data_offsets: [size, size + values.byteLength] };
    size += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(head));
  const length = Math.ceil(text.length / 8) * 8; // padded with spaces, so that the numbers are aligned in memory
  if (length > LONGEST_HEAD)
    throw new HpoError('HPO_DATA', `${path}: ${tensors.size} tensors are too many for a file.`);
  const opened = Buffer.alloc(8 + length, ' ');
  opened.writeBigUInt64LE(BigInt(length));
  text.copy(opened, 8);
  const numbers = [...tensors.values()].map(({ values }) => bytesOf(values));
  opened.write(checksumOf(opened.subarray(countedFrom), ...numbers), countedFrom - checksumDigits);
  const file = openToWrite(path);
  try {
    await writeAll(file, [opened, ...numbers]);
    ftruncateSync(file, opened.length + size);
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file, in less time than it takes to hand that to another thread. One that has other names, as in a copy made of
 * links, keeps its content under them.
 */
function openToWrite(path: string): number {
  const { O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && found.nlink === 1) return openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  if (found !== undefined) unlinkSync(path);
  return openSync(path, 'wx');
}

const writeParts = promisify(writev);

/** The most parts that a system takes at once (`IOV_MAX`), and the bytes that all take. */
const [MOST_PARTS, MOST_BYTES] = [1024, 2 ** 30];

/**
 * Writes parts one behind the other, in as few calls as the system takes. They are not joined first: a copy of them all
 * takes longer than to write them.
 */
async function writeAll(file: number, parts: readonly Buffer[]): Promise<void> {
  let left = parts.flatMap((part) => pieces(part));
  while (left.length > 0) {
    let count = 0;
    for (let bytes = 0; count < Math.min(left.length, MOST_PARTS); count++) {
      bytes += (left[count] as Buffer).length;
      if (bytes > MOST_BYTES) break;
    }
    let { bytesWritten } = await writeParts(file, left.slice(0, count));
    let done = 0;
    while (done < count && bytesWritten >= (left[done] as Buffer).length) {
      bytesWritten -= (left[done] as Buffer).length;
      done++;
    }
    const cut = bytesWritten > 0 ? [(left[done++] as Buffer).subarray(bytesWritten)] : [];
    left = [...cut, ...left.slice(done)];
  }
}

/** A part in pieces that a system takes; none of nothing. */
function pieces(part: Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(part.length / MOST_BYTES) }, (_, at) =>
    part.subarray(at * MOST_BYTES, (at + 1) * MOST_BYTES),
  );
}

/**
 * Reads a file of {@link writeTensorFile}, whoever made it: its numbers take no more memory than it has bytes.
 *
 * @param check is shown the tensors before memory for their numbers is taken, and throws where they do not fit.
 * @throws HPO_DATA in one line, for a file that is missing, damaged, or not of this format.
 */
export async function readTensorFile(
  path: string,
  format: string,
  check: (tensors: ReadonlyMap<string, TensorKind>) => void,
): Promise<{ readonly metadata: string; readonly tensors: ReadonlyMap<string, FiledTensor> }> {
  const file = await opened(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unusable(path, 'it is not a regular file');
    const length = await headLength(path, file, stats.size);
    const headBytes = await read(path, file, 8, length);
    const { metadata, layout } = parsedHead(path, format, headBytes.toString('utf8'));
    const size = layout.reduce((sum, { bytes }) => sum + bytes, 0);
    if (8 + length + size !== stats.size) {
      throw unusable(path, `it has ${stats.size} bytes instead of ${8 + length + size}: it is damaged`);
    }
    check(new Map(layout.map(({ name, type, shape }) => [name, { type, shape }])));
    const numbers = await read(path, file, 8 + length, size);
    const checksum = headBytes.toString('latin1', opening.length, opening.length + checksumDigits);
    if (checksumOf(headBytes.subarray(countedFrom - 8), numbers) !== checksum) {
      throw unusable(path, 'its checksum is another one: it is damaged');
    }
    let start = 0;
    const tensors = new Map<string, FiledTensor>();
    for (const { name, shape, type, bytes } of layout) {
      const part = numbers.buffer.slice(numbers.byteOffset + start, numbers.byteOffset + start + bytes);
      tensors.set(name, { shape, values: new types[type](part as ArrayBuffer) });
      start += bytes;
    }
    return { metadata, tensors };
  } finally {
    await file.close();
  }
}

/**
 * The error of a file that no training can go on from: HPO_DATA.
 *
 * @param mend another way than to remove it.
 */
export function unusable(path: string, why: string, mend?: string, cause?: unknown): HpoError {
  const mends = `${mend === undefined ? '' : `${mend}, or `}remove its folder to train from the beginning`;
  return new HpoError('HPO_DATA', `The checkpoint ${path} cannot be used: ${why}; ${mends}.`, {
    data: { path },
    cause,
  });
}

/** The bytes of numbers, which are not copied. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: TensorValues): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

interface Placed extends TensorKind {
  readonly name: string;
  readonly bytes: number;
}

/** The type under which numbers are written. */
export function typeOf(values: TensorValues): TensorType {
  return (Object.keys(types) as TensorType[]).find((type) => values instanceof types[type]) as TensorType;
}

function checksumOf(...parts: readonly Uint8Array[]): string {
  const sum = parts.reduce((before, part) => crc32(part, before), 0);
  return sum.toString(16).padStart(checksumDigits, '0');
}

/** Opens a file without following a link, and without waiting for the other end of a pipe. */
async function opened(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unusable(path, code === 'ENOENT' ? 'there is no such file' : message, undefined, error);
  }
}

async function headLength(path: string, file: FileHandle, size: number): Promise<number> {
  if (size < 8) throw unusable(path, `it has ${size} bytes: it is damaged`);
  const length = (await read(path, file, 0, 8)).readBigUInt64LE();
  if (length <= Math.min(LONGEST_HEAD, size - 8)) return Number(length);
  throw unusable(path, 'it is cut short, or of another format');
}

function read(path: string, file: FileHandle, start: number, size: number): Promise<Buffer> {
  return bytesAt(file, start, size, () => unusable(path, 'it has become shorter'));
}

/** The head's metadata, and the tensors in their order, which leave no gap and do not overlap. */
function parsedHead(path: string, format: string, text: string): { metadata: string; layout: readonly Placed[] } {
  const damaged = (): HpoError => unusable(path, 'its head is damaged');
  if (!text.startsWith(opening)) throw unusable(path, 'it is of another format');
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const { __metadata__: about, ...tensors } = head as Record<string, unknown>;
  if (!isObject(about) || typeof about.metadata !== 'string') throw damaged();
  if (about.format !== format) throw unusable(path, `its format is ${shown(about.format)} instead of '${format}'`);
  let end = 0;
  const layout = Object.entries(tensors).map(([name, place]): Placed => {
    if (!isObject(place)) throw damaged();
    const { dtype, shape, data_offsets: offsets } = place;
    if (!isType(dtype) || !isShape(shape) || !Array.isArray(offsets)) throw damaged();
    const bytes = shape.reduce((size, length) => size * length, types[dtype].BYTES_PER_ELEMENT);
    if (offsets[0] !== end || offsets[1] !== end + bytes || !isWholeNumber(end + bytes, 0)) throw damaged();
    end += bytes;
    return { name, type: dtype, shape, bytes };
  });
  return { metadata: about.metadata, layout };
}

const isType = (value: unknown): value is TensorType => typeof value === 'string' && Object.hasOwn(types, value);

const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((length) => isWholeNumber(length, 0));
