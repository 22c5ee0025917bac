import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, PROGRAM, runProgram, temporaryProject } from '../support/run-hpo.ts';

// Every folder that hpo makes, where the user has no rights to make it: one line names it and the remedy.

const STUDY = `import { command, defineStudy, float, space } from 'hpo';
export default defineStudy({ name: 'parabola', trials: 1, space: space({ x: float(0, 1) }), objective: ({ params }) => params.x });
`;
const COMMAND = STUDY.replace("'parabola'", "'program'").replace(
  '({ params }) => params.x',
  `command({ run: 'true' })`,
);

const isRoot = process.getuid?.() === 0;
/** Root may write anywhere: it runs hpo as a user whom the system does not know. */
const AS_USER = isRoot ? ['setpriv', '--reuid=4242', '--regid=4242', '--clear-groups'] : [];

let project: string;
let locked: string;

async function hpo(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = project,
): Promise<Finished> {
  const [program = '', ...words] = [...AS_USER, process.execPath, PROGRAM, ...args];
  return runProgram(program, words, { cwd, env: { HOME: locked, XDG_CACHE_HOME: '', ...env } });
}

const canRun = await runProgram(
  [...AS_USER, process.execPath][0] ?? '',
  [...AS_USER.slice(1), ...(isRoot ? [process.execPath] : []), PROGRAM, '--version'],
  { cwd: '/' },
).then(
  ({ code }) => code === 0,
  () => false,
);

beforeAll(() => {
  project = temporaryProject({ 'study.ts': STUDY, 'program.ts': COMMAND });
  locked = join(project, 'locked');
  mkdirSync(locked);
  cpSync(join(project, 'study.ts'), join(locked, 'study.ts'));
  chmodSync(locked, 0o555);
  chmodSync(project, 0o777);
});
afterAll(() => {
  chmodSync(locked, 0o755);
  rmSync(project, { recursive: true, force: true });
});

describe.skipIf(!canRun)(
  `a folder that takes no files${canRun ? '' : ' (skipped: hpo cannot be run as another user)'}`,
  () => {
    const refused = (folder: string, mend: string): Finished => ({
      code: 2,
      stdout: '',
      stderr: `hpo: The folder ${folder} cannot be written to: this user may not write to ${locked}; ${mend}.\n`,
    });

    it('is named, with HPO_CACHE where it is the cache', async () => {
      const mend = "name another folder for hpo's cache by HPO_CACHE";
      const cache = join(locked, '.cache/hpo');
      expect(await hpo(['data'])).toEqual(refused(join(cache, 'cifar10'), mend));
      const setup = await hpo(['setup', 'native']);
      expect({ ...setup, stdout: '' }).toEqual(refused(join(cache, 'backends'), mend));
      const homeless = await hpo(['data'], { HOME: '' });
      expect([homeless.code, homeless.stderr]).toEqual([
        2,
        "hpo: There is no home folder for hpo's cache to be in; name a folder for it by HPO_CACHE.\n",
      ]);
      writeFileSync(join(project, 'file'), '');
      const { code, stderr } = await hpo(['data'], { HPO_CACHE: join(project, 'file') });
      expect(stderr).toBe(
        `hpo: The folder ${join(project, 'file/cifar10')} cannot be written to: ${join(project, 'file')} is not a folder; ${mend}.\n`,
      );
      expect(code).toBe(2);
    });

    it('stops a run before its first trial if it is the place of the results', async () => {
      const mend = 'run hpo in a folder that can be written to';
      const storage = ['--storage', join(project, 'hpo.db')];
      const run = await hpo(['run', 'study.ts', ...storage], {}, locked);
      expect({ ...run, stdout: '' }).toEqual(refused(join(locked, 'runs/parabola'), mend));
      expect(existsSync(join(project, 'hpo.db'))).toBe(false);
      expect((await hpo(['run', 'study.ts', ...storage])).stderr).toBe('');
      const output = 'name another file by --output';
      const results = join(locked, 'runs/parabola');
      expect(await hpo(['report', ...storage], {}, locked)).toEqual(refused(results, output));
      expect(await hpo(['init', 'studies/new.ts'], {}, locked)).toEqual(
        refused(join(locked, 'studies'), 'name another file'),
      );
      expect(readdirSync(locked)).toEqual(['study.ts']);
    });

    it('does not stop a run if it is the place of temporary files, unless programs need them', async () => {
      const env = { TMPDIR: locked };
      expect(await hpo(['run', 'study.ts', '--storage', 'tmp.db'], env)).toMatchObject({ code: 0, stderr: '' });
      const { code, stdout } = await hpo(['run', 'program.ts', '--storage', 'tmp.db'], env);
      expect(stdout).toContain(
        `The folder ${locked} cannot be written to: this user may not write to ${locked}; name another folder for temporary files by TMPDIR.`,
      );
      expect(code).toBe(1);
    });
  },
);

it.skipIf(process.platform !== 'linux')(
  'a place where the system makes no folders is refused without a wait',
  () => {
    // A process that makes folders for ever reacts to no other signal.
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'data'], {
      env: { ...process.env, HPO_CACHE: '/proc/hpo/cache', HPO_CIFAR10: '' },
      encoding: 'utf8',
      timeout: 90_000,
      killSignal: 'SIGKILL',
    });
    const isRoot = process.getuid?.() === 0; // whom permissions do not bind
    const why = isRoot ? 'there is no folder /proc/hpo/cache; make it first' : 'this user may not write to /proc';
    expect(stderr).toBe(
      `hpo: The folder /proc/hpo/cache/cifar10 cannot be written to: ${why}; name another folder for hpo's cache by HPO_CACHE.\n`,
    );
    expect(status).toBe(2);
  },
  120_000,
);
