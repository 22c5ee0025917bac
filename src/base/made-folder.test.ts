import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { checkFolder, folderProblem, makeFolder } from './made-folder.ts';

const system = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });

describe('a folder', () => {
  it('is made with those above it, and is taken as it is where it is there', () => {
    const folder = join(tempFolder(), 'a/b/c');
    expect(makeFolder(folder, 'results')).toBe(folder);
    writeFileSync(join(folder, 'kept'), 'text');
    expect(makeFolder(folder, 'results')).toBe(folder);
    expect(readdirSync(folder)).toEqual(['kept']);
  });

  it('is refused where a file has its place, or that of a folder above it', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file/inside/it')]) {
      expect(() => makeFolder(path, 'cache')).toThrow(
        expect.objectContaining({
          code: 'HPO_FOLDER',
          message: expect.stringMatching(/: .*; name another folder for hpo's cache by HPO_CACHE\.$/),
        }),
      );
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.skipIf(process.platform !== 'linux')('is refused where an existing folder takes no new one', () => {
    expect(() => makeFolder('/proc/no/such/folder', 'results')).toThrow(
      expect.objectContaining({ code: 'HPO_FOLDER' }),
    );
  });

  it('is checked without being made', () => {
    const folder = tempFolder();
    expect(() => checkFolder(join(folder, 'a/b'), 'results')).not.toThrow();
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(() => checkFolder(join(folder, 'file/b'), 'results')).toThrow(
      `The folder ${join(folder, 'file/b')} cannot be written to: ${join(folder, 'file')} is not a folder; ` +
        'run hpo in a folder that can be written to.',
    );
  });
});

it('names the folder, what is wrong with it and the remedy for each error of the system', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'there'));
  const problem = (code: string) => folderProblem(join(folder, 'there/new'), 'results', system(code));
  expect(problem('ENOSPC')).toMatchObject({
    code: 'HPO_DISK',
    message: expect.stringContaining('is full; free some space, or run hpo in a folder that can be written to.'),
  });
  expect(problem('EIO')?.code).toBe('HPO_DISK');
  expect(problem('EROFS')).toMatchObject({
    code: 'HPO_FOLDER',
    message: expect.stringContaining(`${join(folder, 'there')} is on a disk that may only be read`),
  });
  expect(problem('EACCES')?.message).toContain(`this user may not write to ${join(folder, 'there')}`);
  expect(problem('EMFILE')).toBeUndefined();
  expect(folderProblem(folder, 'results', undefined)).toBeUndefined();
  expect(statSync(folder).isDirectory()).toBe(true);
});
