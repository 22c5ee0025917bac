import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { tempFolder } from '../../../../test/support/temp-folder.ts';
import { HpoError } from '../../../base/errors.ts';
import { npyImages } from './npy-images.ts';

let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

interface Array {
  readonly type?: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly version?: 1 | 2 | 3;
  readonly fortran?: boolean;
}

/** Writes an array as numpy.save() does. @returns its path. */
function npy(name: string, { type = '|u1', shape, data, version = 1, fortran = false }: Array): string {
  const sides = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${sides}, }`;
  const start = version === 1 ? 10 : 12;
  const header = text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1).concat('\n');
  const length = Buffer.alloc(start - 8);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const path = join(folder, name);
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from(`\x93NUMPY${String.fromCharCode(version, 0)}`, 'latin1'),
      length,
      Buffer.from(header),
      data,
    ]),
  );
  return path;
}

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, at) => at);
const images = (more: Partial<Array> = {}) => npy('x.npy', { shape: [3, 2, 4], data: bytes(24), ...more });
const labels = (more: Partial<Array> = {}) => npy('y.npy', { shape: [3], data: Uint8Array.of(1, 0, 1), ...more });

describe('images and labels of NumPy', () => {
  test('are a set of grey images, or of as many channels as there are', () => {
    const set = npyImages({ images: images(), labels: labels() });
    expect(set.imageShape).toEqual([2, 4, 1]);
    expect(set.classes).toEqual(['0', '1']);
    expect([...set.labels]).toEqual([1, 0, 1]);
    expect([...set.read(1)]).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(npyImages({ images: images({ shape: [3, 2, 1, 4] }), labels: labels() }).imageShape).toEqual([2, 1, 4]);
    expect(npyImages({ images: images(), labels: labels(), classes: ['cat', 'dog'] }).classes).toEqual(['cat', 'dog']);
  });

  test.each([1, 2, 3] as const)('are read from files of version %i', (version) => {
    const set = npyImages({ images: images({ version }), labels: labels({ version }) });
    expect([...set.read(2)]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    expect([...set.labels]).toEqual([1, 0, 1]);
  });

  test.each([
    ['|i1', Int8Array],
    ['<u2', Uint16Array],
    ['<i4', Int32Array],
    ['<u4', Uint32Array],
  ] as const)('may have labels of type %s', (type, Typed) => {
    const data = new Uint8Array(Typed.from([0, 100, 1]).buffer);
    const classes = Array.from({ length: 101 }, (_, label) => `${label}`);
    const some = () => npyImages({ images: images(), labels: labels({ type, data }), classes });
    expect(some).toThrow('class "2" has no image'); // they were read
  });

  test('may have labels of 64 bits, of the other byte order, and in a column', () => {
    const signed = new Uint8Array(BigInt64Array.from([2n, 1n, 0n]).buffer);
    const unsigned = new Uint8Array(BigUint64Array.from([2n, 1n, 0n]).buffer);
    const swapped = Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0);
    for (const given of [
      { type: '<i8', data: signed },
      { type: '<u8', data: unsigned },
      { type: '>i4', data: swapped },
      { type: '<i8', data: signed, shape: [3, 1] },
    ]) {
      expect([...npyImages({ images: images(), labels: labels(given) }).labels]).toEqual([2, 1, 0]);
    }
  });
});

describe('files of NumPy are refused in one line', () => {
  const problem = (given: Partial<Parameters<typeof npyImages>[0]>) => {
    try {
      npyImages({ ...given, images: given.images ?? images(), labels: given.labels ?? labels() });
      return 'no problem';
    } catch (reason) {
      return String(reason).replaceAll(`${folder}/`, '');
    }
  };

  test('that are missing, cut, or no arrays', () => {
    expect(problem({ images: join(folder, 'z.npy') })).toBe('HpoError: z.npy cannot be read: it does not exist');
    expect(problem({ images: folder })).toMatch(/cannot be read: it is a folder$/);
    const path = images();
    truncateSync(path, 150);
    expect(problem({ images: path })).toBe('HpoError: x.npy has been cut: it holds fewer than 3 images');
    for (const size of [3, 30]) {
      truncateSync(path, size);
      expect(problem({ images: path })).toBe(
        'HpoError: x.npy is not a .npy file of NumPy; save the array by numpy.save()',
      );
    }
    const short = labels();
    truncateSync(short, 129);
    expect(problem({ labels: short })).toBe('HpoError: y.npy has been cut: it holds fewer than 3 labels');
    expect(problem({ images: npy('v.npy', { shape: [1], data: bytes(1), version: 4 as never }) })).toContain(
      'version 4',
    );
  });

  test('of other types, shapes, lengths or orders', () => {
    expect(problem({ images: images({ type: '<f4' }) })).toBe(
      'HpoError: x.npy holds <f4 of shape [3, 2, 4]; images need uint8 and [N, height, width] or [N, height, width, channels]',
    );
    expect(problem({ images: images({ shape: [24] }) })).toContain('holds |u1 of shape [24]; images need uint8');
    expect(problem({ images: images({ shape: [1, 1, 4, 6] }) })).toContain('images of shape [1, 4, 6]: give');
    expect(problem({ images: images({ fortran: true }) })).toBe(
      "HpoError: x.npy has Fortran's order; save numpy.ascontiguousarray() of the array",
    );
    expect(problem({ labels: labels({ type: '<f8' }) })).toContain('labels need a type of whole numbers');
    expect(problem({ labels: labels({ type: '|O' }) })).toContain('holds |O of shape [3]; labels need');
    expect(problem({ labels: labels({ type: '|O\n' }) })).toContain('holds a structure of shape [3]; labels need');
    expect(problem({ labels: labels({ shape: [2] }) })).toBe('HpoError: x.npy has 3 images, and y.npy has 2 labels');
    expect(problem({ images: images({ shape: [2 ** 40, 2 ** 12, 2 ** 12] }) })).toContain(
      'has 1099511627776 images, and',
    );
    expect(problem({ labels: labels({ type: '<i8', shape: [2 ** 50] }) })).toContain('has been cut');
  });

  test('with labels that no class has, or a class without an image', () => {
    expect(problem({ classes: ['a'] })).toBe('HpoError: y.npy: image 0 has the label 1; the classes are 0 to 0');
    expect(problem({ labels: labels({ type: '|i1', data: Uint8Array.of(0, 255, 1) }) })).toContain('the label -1');
    expect(problem({ labels: labels({ data: Uint8Array.of(1, 2, 1) }) })).toBe(
      'HpoError: y.npy: class "0" has no image; add some, or leave the class out',
    );
    const high = new Uint8Array(Uint32Array.of(0, 70_000, 1).buffer);
    expect(problem({ labels: labels({ type: '<u4', data: high }) })).toContain('65536 classes; a set has 1 to 65535');
  });

  test('whatever bytes stand in them', () => {
    const [x, y] = [images(), labels()];
    const [whole, own] = [readFileSync(x), readFileSync(y)];
    const changes = fc.array(fc.tuple(fc.nat(199), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(170), fc.boolean(), (places, end, isCut) => {
        for (const [path, content] of [
          [x, whole],
          [y, own],
        ] as const) {
          const broken = Buffer.from(content);
          for (const [at, byte] of places) broken[at % broken.length] = byte;
          writeFileSync(path, isCut ? broken.subarray(0, end) : broken);
        }
        try {
          const set = npyImages({ images: x, labels: y });
          for (let index = 0; index < set.labels.length; index++) set.read(index);
        } catch (reason) {
          expect(HpoError.is(reason), String(reason)).toBe(true);
          expect(String(reason)).not.toContain('\n');
        }
      }),
      { numRuns: 300 },
    );
  });
});
