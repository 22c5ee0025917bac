import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePicture } from '../../../src/training/data/image-folder/picture.ts';
import pictures from './pictures.json' with { type: 'json' };

const folder = 'test/golden/torchvision/pictures';

test.each(Object.entries(pictures))("the pixels of %s are Pillow's", async (name, expected) => {
  const decoded = async (channels: 1 | 3 | 4): Promise<Buffer> => {
    const path = join(folder, name);
    const { shape, bytes } = await decodePicture(path, await readFile(path), { channels });
    expect(shape).toEqual([20, 28, channels]);
    return Buffer.from(bytes);
  };
  expect((await decoded(3)).toString('base64')).toBe(expected.rgb);
  expect((await decoded(1)).toString('base64')).toBe(expected.grey);
  const rgba = await decoded(4);
  expect(Buffer.from(rgba.filter((_, at) => at % 4 === 3)).toString('base64')).toBe(expected.opacity);
  expect(Buffer.from(rgba.filter((_, at) => at % 4 !== 3)).toString('base64')).toBe(expected.rgb);
});
