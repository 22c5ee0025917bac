import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { resnet18Status, storeResnet18 } from './pretrained-resnet18.ts';

const former = process.env.HPO_CACHE;
let cache: string;
beforeEach(() => {
  cache = tempFolder();
  process.env.HPO_CACHE = cache;
});
afterEach(() => {
  if (former === undefined) delete process.env.HPO_CACHE;
  else process.env.HPO_CACHE = former;
});

/** A file that is no model, and its SHA-256. */
function textFile(): { readonly from: string; readonly sha256: string } {
  const from = join(tempFolder(), 'weights.safetensors');
  writeFileSync(from, 'no weights');
  return { from, sha256: createHash('sha256').update('no weights').digest('hex') };
}

it('a file with another SHA-256 than the named one is refused by it, and leaves nothing behind', async () => {
  const { from, sha256 } = textFile();
  const wanted = '0'.repeat(64);
  await expect(storeResnet18({ from, sha256: wanted })).rejects.toMatchObject({
    code: 'HPO_DATA',
    message: `${from} is not the file that was named: its SHA-256 is ${sha256}, not ${wanted}.`,
  });
  expect(readdirSync(join(cache, 'resnet18'))).toEqual([]);
  expect(await resnet18Status()).toMatchObject({ isPresent: false });
});

it('a file that holds no weights is refused by its name, and leaves nothing behind', async () => {
  const { from, sha256 } = textFile();
  await expect(storeResnet18({ from, sha256: ` ${sha256.toUpperCase()}\n` })).rejects.toMatchObject({
    code: 'HPO_DATA',
    message: expect.stringContaining(from),
  });
  expect(readdirSync(join(cache, 'resnet18'))).toEqual([]);
});

it('a sum that is none is refused before anything is read', async () => {
  const from = join(tempFolder(), 'nowhere');
  await expect(storeResnet18({ from, sha256: 'abc' })).rejects.toMatchObject({ code: 'HPO_INVALID_ARGUMENT' });
});
