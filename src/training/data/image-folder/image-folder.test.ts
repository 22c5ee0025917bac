import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tempFolder } from '../../../../test/support/temp-folder.ts';
import { HpoError } from '../../../base/errors.ts';
import { type ImageFolderOptions, imageFolder, openFolder } from './image-folder.ts';
import { decodePicture } from './picture.ts';

const given = process.env.HPO_CACHE;
let cache: string;
let folder: string;
beforeEach(() => {
  cache = tempFolder();
  folder = tempFolder();
  process.env.HPO_CACHE = cache;
});
afterEach(() => {
  delete process.env.HPO_CACHE;
  if (given !== undefined) process.env.HPO_CACHE = given;
});

/** Writes an RGB picture of one colour into a class's folder. @returns its path. */
function picture(name: string, level: number, [height, width] = [5, 4]): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, encode({ width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(level) }));
  return path;
}

const opened = (options?: ImageFolderOptions) => imageFolder(folder, options);

describe('a folder of pictures', () => {
  test('is a set whose classes are its subfolders', async () => {
    picture('dog/2.png', 30);
    picture('dog/more/1.PNG', 40);
    picture('cat/1.png', 10);
    picture('dog/1.png', 20);
    picture('dog/.hidden.png', 50);
    picture('.trash/1.png', 60);
    picture('beside.png', 70);
    writeFileSync(join(folder, 'cat', 'notes.txt'), 'no picture');
    const set = await opened();
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(set.imageShape).toEqual([5, 4, 3]);
    expect([...set.labels]).toEqual([0, 1, 1, 1]);
    expect([0, 1, 2, 3].map((index) => set.read(index)[0])).toEqual([10, 20, 30, 40]);
    expect(set.read(1)).toEqual(new Uint8Array(60).fill(20));
  });

  test('is opened once in a process', async () => {
    picture('a/1.png', 1);
    expect(await opened()).toBe(await opened());
  });

  test('has the channels and the size that are asked for', async () => {
    picture('a/1.png', 100, [8, 16]);
    picture('a/2.png', 50, [6, 6]);
    const set = await opened({ channels: 1, size: [4, 6] });
    expect(set.imageShape).toEqual([4, 6, 1]);
    expect(set.read(0)).toEqual(new Uint8Array(24).fill(100));
    expect(set.read(1)).toEqual(new Uint8Array(24).fill(50));
  });

  test('is decoded into the cache once', async () => {
    const path = picture('a/1.png', 1);
    const log: string[] = [];
    const another = join(folder, '../', `${folder.split('/').at(-1)}`, '.'); // another spelling is the same place
    await imageFolder(another, { log: (line) => log.push(line) });
    const [place] = readdirSync(join(cache, 'pictures')) as [string];
    const decoded = readdirSync(join(cache, 'pictures', place));
    expect(log).toEqual([`decoding 1 pictures into ${join(cache, 'pictures', place, decoded[0] as string)}`]);
    expect(decoded).toHaveLength(1);
    expect(readFileSync(join(cache, 'pictures', place, decoded[0] as string))).toHaveLength(12 + 60);
    utimesSync(path, 1, 1);
    expect(await imageFolder(folder, { log: (line) => log.push(line) })).toBe(await imageFolder(another));
    expect(log).toHaveLength(1);
  });

  test('is decoded anew by the next process where a file has changed, even to one of the same size', async () => {
    const log: string[] = [];
    const options = { log: (line: string) => void log.push(line) };
    const next = () => openFolder(folder, 'place', { channels: 3 }, options);
    const path = picture('a/1.png', 100);
    const { size } = statSync(path);
    utimesSync(path, 1, 1);
    const sets = [await next(), await next()];
    expect(log).toHaveLength(1);
    picture('a/1.png', 120);
    expect(statSync(path).size).toBe(size);
    sets.push(await next());
    expect(log).toHaveLength(2);
    expect(sets.map((set) => set.read(0)[0])).toEqual([100, 100, 120]);
  });

  test('may be reached by links, and its decoded file is not taken when it was cut', async () => {
    const real = tempFolder();
    cpSync(join(picture('a/1.png', 9), '..'), join(real, 'b'), { recursive: true });
    symlinkSync(join(real, 'b'), join(folder, 'b'));
    const set = await opened();
    expect(set.classes).toEqual(['a', 'b']);
    const [place] = readdirSync(join(cache, 'pictures')) as [string];
    const [file] = readdirSync(join(cache, 'pictures', place)) as [string];
    truncateSync(join(cache, 'pictures', place, file), 50);
    expect(() => set.read(1)).toThrow('has been cut');
    expect((await opened({ channels: 3 })).classes).toEqual(['a', 'b']);
  });
});

describe('a folder of pictures is refused in one line', () => {
  const problem = (options?: ImageFolderOptions) =>
    opened(options).then(
      () => 'no problem',
      (reason) => String(reason).replaceAll(folder, 'FOLDER'),
    );

  test('that is not there, or has no images', async () => {
    expect(await problem()).toBe(
      'HpoError: FOLDER has no images: put those of each class, PNG or JPEG, into a subfolder with the name of the class',
    );
    rmSync(folder, { recursive: true });
    expect(await problem()).toBe('HpoError: FOLDER cannot be read: it does not exist');
  });

  test('with a class that has none', async () => {
    picture('a/1.png', 1);
    mkdirSync(join(folder, 'b'));
    expect(await problem()).toBe(
      'HpoError: class "b" has no images: FOLDER/b holds no PNG or JPEG file; add some, or remove the folder',
    );
  });

  test('with pictures of two sizes: both are named', async () => {
    picture('a/1.png', 1);
    picture('a/2.png', 1, [7, 4]);
    expect(await problem()).toBe(
      'HpoError: FOLDER/a/2.png has 4×7 pixels, and FOLDER/a/1.png has 4×5: make them the same size, or give one, as `size: [5, 4]`',
    );
    expect(
      readdirSync(join(cache, 'pictures')).flatMap((place) => readdirSync(join(cache, 'pictures', place))),
    ).toEqual([]);
  });

  test('with a broken picture, which is named', async () => {
    const path = picture('a/1.png', 1, [40, 40]);
    const content = readFileSync(path);
    for (const broken of [content.subarray(0, content.length - 30), content.subarray(0, 20), Buffer.from('89504e47')]) {
      writeFileSync(path, broken);
      expect(await problem()).toMatch(/^HpoError: FOLDER\/a\/1\.png is (broken \([^\n]+\); save|not a PNG or JPEG)/);
    }
    const jpeg = readFileSync('test/golden/torchvision/pictures/rgb.jpg');
    rmSync(path);
    writeFileSync(join(folder, 'a/1.jpg'), jpeg.subarray(0, jpeg.length - 100));
    expect(await problem()).toMatch(
      /^HpoError: FOLDER\/a\/1\.jpg is broken \([^\n]+\); save it anew, or leave it out$/,
    );
    cpSync('test/golden/torchvision/pictures/cmyk.jpg', join(folder, 'a/1.jpg'));
    expect(await problem()).toBe('HpoError: FOLDER/a/1.jpg has CMYK colours; save it as RGB');
    writeFileSync(join(folder, 'a/1.jpg'), '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    expect(await problem()).toBe(
      'HpoError: FOLDER/a/1.jpg is not a PNG or JPEG picture; leave it out, or save it as one',
    );
  });

  test('with a picture that claims more pixels than the memory holds, before it is decoded', async () => {
    const path = picture('a/1.png', 1);
    const content = readFileSync(path);
    content.writeUInt32BE(100_000, 16);
    content.writeUInt32BE(100_000, 20);
    content.writeUInt32BE(crc32(content.subarray(12, 29)), 29);
    writeFileSync(path, content);
    expect(await problem()).toBe(
      'HpoError: FOLDER/a/1.png has 100000×100000 pixels; a picture may have 16777216, as of 4096×4096',
    );
  });

  test('with options that do not exist or make no sense', async () => {
    picture('a/1.png', 1);
    expect(await problem({ channels: 2 as never })).toContain('`channels` is 2; give 1, 3 or 4');
    expect(await problem({ size: [0, 4] })).toContain('give [height, width] of at most 16777216 pixels');
    expect(await problem({ resize: 4 } as never)).toContain('there is no `resize`');
  });
});

test('a picture with any wrong bytes is decoded, or refused in one line', async () => {
  const names = ['rgb.jpg', 'progressive.jpg', 'palette.png', 'sixteen.png'];
  const contents = names.map((name) => readFileSync(join('test/golden/torchvision/pictures', name)));
  const places = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...contents), places, async (content, changes) => {
      const broken = Buffer.from(content);
      for (const [at, byte] of changes) broken[at % broken.length] = byte;
      const problem = await decodePicture('a.png', broken, { channels: 3 }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (problem === undefined) return;
      expect(HpoError.is(problem), String(problem)).toBe(true);
      expect(String(problem)).toMatch(/^HpoError: a\.png (is|has) .*$/);
    }),
    { numRuns: 200 },
  );
});

/** The sum of a PNG's chunk (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
