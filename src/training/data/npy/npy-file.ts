import { HpoError } from '../../../base/errors.ts';
import { OpenFile } from '../open-file.ts';

/** A NumPy array in an open `.npy` file, in C order. */
export interface NpyFile {
  readonly file: OpenFile;
  /** NumPy's code of the type, as `|u1` or `<i8`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** The position of the first element. */
  readonly start: number;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const MOST_HEADER = 65_536;

/**
 * Opens a `.npy` file of version 1 to 3 (NumPy's "NEP 1"). Its header is matched, never evaluated.
 *
 * @throws HpoError HPO_DATA in one line for a file that cannot be read, is no `.npy`, or is in Fortran's order.
 */
export function openNpy(path: string): NpyFile {
  const file = new OpenFile(path);
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_DATA', `${path} ${problem}`, { data: { path } });
  };
  const noNpy = (): never => refuse('is not a .npy file of NumPy; save the array by numpy.save()');
  const beginning = Buffer.alloc(12);
  if (!file.read(beginning, 0) || !beginning.subarray(0, 6).equals(MAGIC)) noNpy();
  const version = beginning[6] as number;
  if (version < 1 || version > 3) refuse(`is a .npy file of version ${version}; versions 1 to 3 are read`);
  const [from, length] = version === 1 ? [10, beginning.readUInt16LE(8)] : [12, beginning.readUInt32LE(8)];
  if (length > MOST_HEADER) noNpy();
  const header = Buffer.alloc(length);
  if (!file.read(header, from)) noNpy();
  const text = header.toString(version === 3 ? 'utf8' : 'latin1');
  const shape = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  const isFortran = /'fortran_order': (True|False)/.exec(text)?.[1];
  if (shape === undefined || isFortran === undefined) return noNpy();
  if (isFortran === 'True') refuse("has Fortran's order; save numpy.ascontiguousarray() of the array");
  return {
    file,
    type: /'descr': '([ -&(-~]*)'/.exec(text)?.[1] ?? 'a structure',
    shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
    start: from + length,
  };
}
