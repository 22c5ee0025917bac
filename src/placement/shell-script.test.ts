import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/run-hpo.ts';
import { restartingWorker, storageFileLine, storageLines } from './shell-script.ts';

/** Starts a script that runs a worker, in the shell that engines use. @param worker the text of the worker's own script. */
function start(worker: string) {
  const cwd = temporaryFolder({ 'worker.sh': worker });
  const child = spawn('sh', ['-c', restartingWorker('sh worker.sh')], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const said = async (text: string) => {
    while (!printed.includes(text)) await once(child.stdout, 'data');
  };
  const ended = once(child, 'close').then(([code]) => ({ code, printed }));
  return { child, cwd, said, ended };
}

describe('a script around a worker', () => {
  it.each([0, 1, 2, 130])('ends with its exit code %i', async (code) => {
    expect(await start(`exit ${code}`).ended).toEqual({ code, printed: '' });
  });

  it('starts it again as often as it ends by a limit of its own', async () => {
    const { ended } = start('echo x >> runs; echo run; [ "$(wc -l < runs)" -lt 3 ] && exit 75; exit 1');
    expect(await ended).toEqual({ code: 1, printed: 'run\nrun\nrun\n' });
  });

  it('passes SIGTERM on, and waits for what the worker makes of it', async () => {
    const { child, said, ended } = start(`
      trap 'trap "" TERM; echo asked; sleep 0.3; echo handed back; exit 143' TERM
      echo ready; while :; do sleep 0.05; done`);
    await said('ready');
    child.kill('SIGTERM');
    await said('asked');
    child.kill('SIGTERM'); // a batch system may send it to the script and to the worker, more than once
    expect(await ended).toEqual({ code: 143, printed: 'ready\nasked\nhanded back\n' });
  });

  it('does not start it again after SIGTERM, even if it ends by a limit of its own', async () => {
    const { child, said, ended } = start("trap 'exit 75' TERM; echo ready; while :; do sleep 0.05; done");
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 75, printed: 'ready\n' });
  });

  it('ends with the code of a worker that finishes in spite of SIGTERM', async () => {
    const { child, said, ended } = start("trap '' TERM; echo ready; sleep 0.3; echo finished");
    await said('ready');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, printed: 'ready\nfinished\n' });
  });

  it('ends with the code of a worker that a signal has ended', async () => {
    expect(await start('kill -9 $$').ended).toEqual({ code: 137, printed: '' });
  });
});

describe.each([
  [undefined, '.hpo-storage'],
  ['~/a file', 'a file'],
])('the file with the URL of the database, %s', (file, name) => {
  it('is for its owner alone, since the URL may hold a password, and is the one that a worker reads', () => {
    const home = temporaryFolder();
    const url = "postgresql://me:it's$HOME@host/db";
    const { PATH = '' } = process.env;
    const sh = (script: string, env: Readonly<Record<string, string>>) =>
      execFileSync('sh', ['-c', script], { env: { PATH, HOME: home, ...env }, encoding: 'utf8' });
    sh(storageFileLine(file), { HPO_STORAGE: url });
    expect((statSync(join(home, name)).mode & 0o777).toString(8)).toBe('600');
    expect(sh(`${storageLines(file)}\nprintenv HPO_STORAGE`, {})).toBe(`${url}\n`);
  });
});
