import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { replaceFile } from './replace-file.ts';

it('writes a file in place of an earlier one, and leaves nothing else', () => {
  const folder = tempFolder();
  for (const content of ['a long first text', 'second', Uint8Array.of(0xff)]) {
    replaceFile(join(folder, 'file'), content);
    expect(readFileSync(join(folder, 'file'))).toEqual(Buffer.from(content as string));
  }
  expect(readdirSync(folder)).toEqual(['file']);
});

it('leaves nothing behind where it fails', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'file'));
  writeFileSync(join(folder, 'file/inside'), 'kept');
  expect(() => replaceFile(join(folder, 'file'), 'text')).toThrow();
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(join(folder, 'file/inside'), 'utf8')).toBe('kept');
});
