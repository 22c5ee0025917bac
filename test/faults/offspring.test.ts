import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** Starts a program that runs for long, and writes its number to the file `pids`; `options` are spawn's. */
const start = (options: string) => `
  const { spawn } = await import('node:child_process');
  const { appendFileSync } = await import('node:fs');
  const child = spawn('sleep', ['9999'], ${options});
  appendFileSync('pids', child.pid + '\\n');`;

const INHERITED = "{ stdio: 'inherit' }";
const DAEMON = "{ stdio: 'inherit', detached: true }";

function pidsOf(folder: string): number[] {
  const file = join(folder, 'pids');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

async function expectGone(folder: string, count: number): Promise<void> {
  const pids = pidsOf(folder);
  expect(pids).toHaveLength(count);
  await until(() => pids.every((pid) => !isAlive(pid)), 'all that the trials started is gone');
}

const isLinux = process.platform === 'linux';

describe.concurrent('a program that a trial started, with the output of its worker', () => {
  it('does not keep a trial from its time limit, and ends with it', async () => {
    const folder = tempFolder();
    const objective = `${start(INHERITED)} await sleep(600_000); return 1;`;
    const file = writeStudy(folder, objective, 'trialTimeoutMs: 500,');
    const run = new HpoProcess(folder, ['run', file, '--trials', '2', '--workers', '1']);
    expect((await run.ended).code).toBe(1);
    const failures = run.of('trial-finished').map(({ failure }) => failure?.name);
    expect(failures).toEqual(['TimeLimit', 'TimeLimit']);
    await expectGone(folder, 2);
  });

  it('does not hide the death of its worker, and ends with it', async () => {
    const folder = tempFolder();
    const options = isLinux ? DAEMON : INHERITED;
    const objective = `if (trial.number === 1) return 1; ${start(options)} console.error('last words'); process.exit(3);`;
    const run = new HpoProcess(folder, ['run', writeStudy(folder, objective), '--trials', '2', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const [failed] = await storedTrials(folder);
    expect(failed?.systemAttrs['hpo:error']).toMatchObject({ name: 'WorkerDied', stderr: 'last words' });
    await expectGone(folder, 1);
  });

  it('ends when the run is stopped', async () => {
    const folder = tempFolder();
    const options = isLinux ? "{ stdio: 'inherit', detached: true, env: {} }" : INHERITED;
    const file = writeStudy(folder, `${start(options)} await sleep(600_000); return 1;`);
    const run = new HpoProcess(folder, ['run', file, '--workers', '1']);
    await until(() => pidsOf(folder).length > 0, 'the program runs');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect(countStates(await storedTrials(folder))).toEqual({ WAITING: 1 });
    await expectGone(folder, 1);
  });

  it('ends when the run and its worker are killed at once', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, `${start(isLinux ? DAEMON : INHERITED)} for (;;) Math.sqrt(2);`);
    const run = new HpoProcess(folder, ['run', file, '--workers', '1']);
    const { pid = 0 } = await run.waitFor('worker-started');
    await until(() => pidsOf(folder).length > 0, 'the program runs');
    process.kill(pid, 'SIGKILL');
    run.child.kill('SIGKILL');
    await run.ended;
    await expectGone(folder, 1);
  });

  it.runIf(isLinux)('ends with a successful trial, with a warning; processes that the study started stay', async () => {
    const folder = tempFolder();
    const objective = `
      globalThis.server ??= await (await import('node:fs/promises')).readFile('server', 'utf8');
      process.kill(Number(server), 0);
      if (trial.number === 0) { ${start(DAEMON)} child.unref(); }
      if (trial.number === 1) { ${start('{ env: {}, stdio: "ignore" }')} }
      if (trial.number === 2) { for (let n = 0; n < 3; n++) { ${start(INHERITED)} } }
      return params.x;`;
    const device = `async device() {
      const { spawn } = await import('node:child_process');
      const { writeFileSync } = await import('node:fs');
      writeFileSync('server', String(spawn('sleep', ['8888'], { stdio: 'ignore' }).pid));
      return { backend: 'none', kind: 'cpu', description: 'nothing' };
    },`;
    const file = writeStudy(folder, objective, device);
    const run = new HpoProcess(folder, ['run', file, '--trials', '3', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 3 });
    const [first = 0, second = 0, third = 0] = pidsOf(folder);
    const mend = 'Start a server for several trials in `device`.';
    expect(run.of('warning').map(({ message }) => message)).toEqual([
      `Trial 0 left \`sleep 9999\` (process ${first}) running, which was ended with it. ${mend}`,
      `Trial 1 left \`sleep 9999\` (process ${second}) running, which was ended with it. ${mend}`,
      `Trial 2 left 3 programs running, \`sleep 9999\` (process ${third}) first, which were ended with it. ${mend}`,
    ]);
    await expectGone(folder, 5);
    const server = Number(readFileSync(join(folder, 'server'), 'utf8'));
    await until(() => !isAlive(server), 'the server has ended with its worker');
  });
});

describe.runIf(isLinux)('a terminal', () => {
  it('suspends the workers with their run, and they go on with it', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'for (let i = 0; i < 60; i++) await sleep(50); return params.x;');
    const run = new HpoProcess(folder, ['run', file, '--trials', '1', '--workers', '1']);
    const { pid = 0 } = await run.waitFor('worker-started');
    await run.waitFor('trial-started');
    const stateOf = (process: number) =>
      spawnSync('ps', ['-o', 'stat=', '-p', String(process)], { encoding: 'utf8' }).stdout.trim()[0];
    run.child.kill('SIGTSTP');
    await until(() => stateOf(pid) === 'T' && stateOf(run.child.pid ?? 0) === 'T', 'both are stopped');
    run.child.kill('SIGCONT');
    expect((await run.ended).code).toBe(0);
  });
});
