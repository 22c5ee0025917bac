import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../../test/support/run-hpo.ts';
import type { GivenValues } from './engine.ts';
import { ENGINES } from './engines.ts';
import { jobName, type Placement } from './placement.ts';

/** A program in place of hpo: it prints its arguments and the storage that it would use. */
const PROGRAM = 'console.log(JSON.stringify([process.env.HPO_STORAGE, ...process.argv.slice(2)]));';

/** Words that mean something to shells, to YAML or to JSON. */
const STUDY_FILE = "it's a $(touch oops) `study` & more.ts";
const URL = "postgresql://me:it's$HOME@host/db?options=-c%20x";

let placement: Placement;
beforeAll(() => {
  const folder = temporaryFolder({ 'a folder/hpo.mjs': PROGRAM });
  placement = {
    study: 'two\nlines: "quoted" # and \'more\'',
    studyFile: STUDY_FILE,
    folder: join(folder, 'a folder'),
    program: [process.execPath, 'hpo.mjs'],
    workers: 3,
    concurrency: 2,
    graceS: 20,
    studyArguments: ['--set', 'optimizer=a b'],
    workerArguments: ['--max-trials', '5', '--checkpoints', '/data/$USER'],
  };
});

/** The text of an engine's main file. */
function main(engine: string, values: GivenValues = {}): string {
  return ENGINES[engine]?.files(placement, values)[0]?.content ?? '';
}

/** The output of a shell script that runs as an engine would run it. */
function run(script: string, env: Readonly<Record<string, string>> = {}): string {
  const { PATH = '' } = process.env;
  return execFileSync('sh', ['-c', script], { cwd: placement.folder, env: { PATH, ...env }, encoding: 'utf8' });
}

/** Each engine's way from its file to the program, for those that start shells. */
const STARTED: Readonly<Record<string, (values?: GivenValues) => string>> = {
  slurm: (values) => main('slurm', values),
  ray: (values) => {
    const [, body = ''] = /<< 'END'[^\n]*\n(.*)\nEND\n/s.exec(main('ray', values)) ?? [];
    return JSON.parse(body).entrypoint;
  },
  skypilot: (values) => parse(main('skypilot', values)).run,
};

describe.each(Object.entries(STARTED))('%s', (_name, scriptOf) => {
  it('starts the worker with the words as they were given, and with HPO_STORAGE', () => {
    expect(JSON.parse(run(scriptOf(), { HPO_STORAGE: URL }))).toEqual([
      URL,
      'worker',
      STUDY_FILE,
      ...['--workers', '2', '--grace', '20', '--set', 'optimizer=a b'],
      ...['--max-trials', '5', '--checkpoints', '/data/$USER'],
    ]);
  });
});

describe.each(['slurm', 'ray'])('%s', (name) => {
  const scriptOf = (values?: GivenValues) => STARTED[name]?.(values) ?? '';

  it('takes the URL of the database from a file where HPO_STORAGE is not set', () => {
    const home = temporaryFolder({ '.hpo-storage': `${URL}\n`, 'a file': 'sqlite:///other.db' });
    const [byDefault] = JSON.parse(run(scriptOf(), { HOME: home, HPO_STORAGE: '' }));
    const [named] = JSON.parse(run(scriptOf({ 'storage-file': '~/a file' }), { HOME: home }));
    expect({ byDefault, named }).toEqual({ byDefault: URL, named: 'sqlite:///other.db' });
  });

  it('ends with 2 where nothing names the database', () => {
    const env = { HOME: temporaryFolder() };
    expect(() => run(`(${scriptOf()}\n) 2> /dev/null`, env)).toThrow(expect.objectContaining({ status: 2 }));
  });

  it('gives a worker all GPUs that the engine assigns to it', () => {
    const words = (gpus: string) => JSON.parse(run(scriptOf({ gpus }), { HPO_STORAGE: URL })).slice(-2);
    expect(words('2')).toEqual(['--gpus', 'all']);
    expect(words('0')).toEqual(['--checkpoints', '/data/$USER']);
  });
});

describe('slurm', () => {
  it.each(['3', '1:30', '00:02:00', '0-0:3'])(
    'refuses a time limit of %s: a worker would be warned as it starts',
    (time) => {
      expect(() => main('slurm', { time })).toThrow(`--time ${time} leaves a worker no time`);
    },
  );

  it.each(['0', '4', '4:00:00', '1-0', '1-12:30', 'UNLIMITED'])('takes a time limit of %s', (time) => {
    expect(main('slurm', { time })).toContain(`\n#SBATCH --time=${time}\n`);
  });
});

describe('the name of jobs', () => {
  const nameOf = (study: string) => jobName({ ...placement, study });

  it('is that of the study where engines take it, and another one for each other study', () => {
    const studies = [
      'cifar-cnn',
      'Cifar-cnn',
      'cifar_cnn',
      'cifar cnn',
      '学習',
      '検索',
      'x'.repeat(100),
      `${'x'.repeat(100)}y`,
    ];
    const names = studies.map(nameOf);
    expect(names[0]).toBe('hpo-cifar-cnn');
    expect(new Set(names).size).toBe(studies.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/);
  });
});
