import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { removeUnused, removeUnusedSync } from './remove-unused.ts';

function filled(): string {
  const folder = join(tempFolder(), 'folder');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  for (const name of ['inner/file', 'owner']) writeFileSync(join(folder, name), 'x');
  return folder;
}

it('removes folders, and takes a missing one for removed', async () => {
  const [one, other] = [filled(), filled()];
  expect(await removeUnused(one)).toBe(true);
  expect(await removeUnused(one)).toBe(true);
  expect(removeUnusedSync(other)).toBe(true);
  expect(removeUnusedSync(other)).toBe(true);
  expect([one, other].filter(existsSync)).toEqual([]);
});

it('says that a path cannot be removed, and throws nothing', async () => {
  const path = '/no\0path';
  expect(await removeUnused(path)).toBe(false);
  expect(removeUnusedSync(path)).toBe(false);
});
