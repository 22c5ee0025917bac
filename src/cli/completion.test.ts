import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { openStorage } from '../storage/index.ts';
import { complete } from './completion.ts';
import { defineCommand } from './define-command.ts';
import { storageOption } from './options.ts';

const run = async () => undefined;
const commands = [
  defineCommand({ usage: 'run <study>', describe: 'runs a study', run }),
  defineCommand({
    usage: 'show <study> [shell]',
    describe: 'shows a study',
    completes: 'studies',
    positionals: { study: { type: 'string' }, shell: { choices: ['bash', 'zsh'] } },
    options: {
      storage: storageOption,
      format: { choices: ['json', 'csv'], alias: 'f' },
      reports: { type: 'boolean', default: true },
      brief: { type: 'boolean' },
      set: { type: 'string' },
    },
    run,
  }),
];

let database: string;
beforeAll(async () => {
  database = join(tempFolder(), 'studies.db');
  const storage = await openStorage(database, { create: true });
  for (const name of ['one', 'other', '-odd', 'o\u001b[2J']) {
    await storage.createStudy({ name, directions: ['minimize'] });
  }
  await storage.close();
});

const completed = async (...words: readonly string[]) => {
  const candidates = await complete(commands, words);
  return candidates.map(({ value }) => value);
};

it('completes commands, and the options that all have', async () => {
  expect(await completed('')).toEqual(['run', 'show']);
  expect(await complete(commands, ['sh'])).toEqual([{ value: 'show', describe: 'shows a study' }]);
  expect(await completed('--h')).toEqual(['--help']);
  expect(await completed('nope', '')).toEqual([]);
});

describe('the words behind a command', () => {
  it('are the names of the studies in the database that the line names, without hidden characters', async () => {
    expect(await completed('show', '--storage', database, 'o')).toEqual(['one', 'other']);
    expect(await completed('show', `--storage=${database}`, '')).toEqual(['one', 'other']);
    expect(await completed('show', '--storage', database, '--', '')).toEqual(['one', 'other', '-odd']);
    expect(await completed('show', '--storage', `${database}.none`, '')).toEqual([]);
  });

  it('are the choices of a second argument, however the options before it are written', async () => {
    expect(await completed('show', 'one', '')).toEqual(['bash', 'zsh']);
    expect(await completed('show', '--format', 'json', 'one', 'z')).toEqual(['zsh']);
    expect(await completed('show', '--format=json', '--brief', 'one', 'z')).toEqual(['zsh']);
    expect(await completed('show', 'one', 'bash', '')).toEqual([]);
  });

  it('are none where a file is wanted', async () => {
    expect(await completed('run', '')).toEqual([]);
  });
});

describe('options', () => {
  it('are those that the line does not have yet, by the form that changes them', async () => {
    expect(await completed('show', '--')).toEqual([
      ...['--storage', '--format', '--no-reports', '--brief', '--set', '--help', '--version'],
    ]);
    expect(await completed('show', '--brief', '--set', 'a=1', '--b')).toEqual([]);
    expect(await completed('show', '--set', 'a=1', '--s')).toEqual(['--storage', '--set']);
  });

  it('take the choices of their values, behind a space, an equals sign and an alias', async () => {
    expect(await completed('show', '--format', '')).toEqual(['json', 'csv']);
    expect(await completed('show', '-f', 'c')).toEqual(['csv']);
    expect(await completed('show', '--format=j')).toEqual(['--format=json']);
    expect(await completed('show', '--storage', '')).toEqual([]);
  });

  it('are none behind `--`', async () => {
    expect(await completed('show', '--storage', database, '--', '--')).toEqual([]);
    expect(await completed('show', '--storage', database, '--', '-')).toEqual(['-odd']);
  });
});
