import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { startProblem } from './start-problem.ts';

const cwd = process.cwd();
const refused = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`spawn x ${code}`), { code });
const nowhere = "there is no program 'x'; is its name right, and is it in the PATH?";

describe('a program that the system refuses to start', () => {
  test('is named where it lies, if it is not executable', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'x'), '');
    const path = ['/no/such/folder', '', folder].join(delimiter);
    expect(startProblem(refused('EACCES'), { program: 'x', cwd, path })).toBe(`'${folder}/x' is not executable`);
    expect(startProblem(refused('EACCES'), { program: './x', cwd, path })).toBe("'./x' is not executable");
  });

  test('is missing, if no folder of the PATH has it', () => {
    const path = tempFolder();
    expect(startProblem(refused('EACCES'), { program: 'x', cwd, path })).toBe(nowhere);
    expect(startProblem(refused('ENOENT'), { program: 'x', cwd, path })).toBe(nowhere);
    expect(startProblem(refused('ENOENT'), { program: 'x', cwd, path: undefined })).toBe(nowhere);
  });

  test.skipIf(process.getuid?.() === 0)('may be in a folder that is closed to this user', () => {
    const folder = join(tempFolder(), 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o600);
    expect(startProblem(refused('EACCES'), { program: 'x', cwd, path: folder })).toBe(
      `${nowhere} (its folder ${folder} is closed to this user)`,
    );
    chmodSync(folder, 0o700);
  });

  test('has no folder to run in, or too much to take', () => {
    const given = { program: 'x', cwd: '/no/such/folder', path: '' };
    expect(startProblem(refused('ENOENT'), given)).toBe('there is no folder /no/such/folder (its `cwd`)');
    expect(startProblem(refused('E2BIG'), { ...given, cwd })).toMatch('too long');
    expect(startProblem(refused('EMFILE'), { ...given, cwd })).toBe('spawn x EMFILE');
  });
});
