import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/study/run-event.ts';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { PROGRAM } from '../support/run-hpo.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

// Trials that write, report, fail and start as much as they can. The run's memory does not grow, and it loses only the
// data that docs/crash-and-resume.md names.

const MiB = 1024;

/** The most memory that a process has taken so far, in kB; undefined where the system does not report it. */
function peakOf(pid: number): number | undefined {
  const peak = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return peak === undefined ? undefined : Number(peak);
}

const MANY = 300_000;

describe.runIf(process.platform === 'linux')('a reader that does not read', { timeout: 1_200_000 }, () => {
  it.each([
    ['many lines of output', `for (let i = 0; i < ${MANY}; i++) console.log('line ' + i);`, 'stdout'],
    ['many log messages', `for (let i = 0; i < ${MANY}; i++) log('line ' + i);`, 'log'],
  ] as const)('costs the run no memory, and loses no line of %s', async (_name, code, stream) => {
    const folder = tempFolder();
    const begin = "await import('node:fs').then(({ writeFileSync }) => writeFileSync('begun', ''));";
    const file = writeStudy(folder, `${begin} ${code} return params.x;`);
    const args = ['run', file, '--trials', '2', '--workers', '1', '--json'];
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const { pid = 0 } = child;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await until(() => existsSync(join(folder, 'begun')), 'the first trial runs');
    const before = peakOf(pid) ?? 0;
    await sleep(20_000); // time for all that it would keep without a reader
    expect((peakOf(pid) ?? 0) - before).toBeLessThan(100 * MiB);
    let [seen, last] = [0, ''];
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as RunEvent;
      if (event.type === 'log' && event.stream === stream) [seen, last] = [seen + 1, event.text];
    }
    expect(await ended).toBe(0);
    expect([seen, last]).toEqual([2 * MANY, `line ${MANY - 1}`]);
  });
});

describe('a trial that does too much', { timeout: 1_200_000 }, () => {
  it('costs the run nothing: reports, failures, messages, programs, progress bars', async () => {
    const folder = tempFolder();
    const file = writeStudy(
      folder,
      `const { spawn } = await import('node:child_process');
      const { writeFileSync } = await import('node:fs');
      const start = (i: number) => spawn('sleep', ['9999'], { detached: i % 2 === 0, stdio: 'inherit' }).pid;
      switch (trial.number) {
        case 0: for (let i = 0; i < 20_000; i++) void trial.report(i, i); break;
        case 1: for (let i = 0; i < 20_000; i++) void sleep(0).then(() => { throw new Error('stray ' + i); }); return 1;
        case 2: for (let i = 0; i < 100_000; i++) (process as any).send({ i }); break;
        case 3: writeFileSync('left', JSON.stringify(Array.from({ length: 100 }, (_, i) => start(i)))); break;
        case 4: for (let i = 0; i < 1_000_000; i++) process.stderr.write('\\r' + i + ' of 1000000'); break;
        case 5: throw new AggregateError(Array.from({ length: 1e5 }, (_, i) => new Error('part ' + i)), 'x'.repeat(1e7));
        case 6: process.stderr.write('w'.repeat(1e8)); process.abort();
      }
      await sleep(100);
      return params.x;`,
      'prepare({ progress }) { for (let i = 0; i < 1e6; i++) progress({ label: "step " + i, done: i }); },',
    );
    const run = new HpoProcess(folder, ['run', file, '--trials', '9', '--workers', '1']);
    await run.waitFor('trial-started');
    const before = peakOf(run.child.pid ?? 0) ?? 0;
    await run.waitFor('trial-started', ({ trial }) => trial === 8);
    expect((peakOf(run.child.pid ?? 0) ?? 0) - before).toBeLessThan(200 * MiB);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: 7, FAIL: 2 });
    expect(trials[0]?.intermediateValues.size).toBe(20_000);
    const warnings = run.of('warning').map(({ message }) => message);
    expect(warnings.filter((message) => message.startsWith('Trial 1 left something behind'))).toHaveLength(1);
    expect(warnings.filter((message) => message.includes('is not hpo'))).toHaveLength(1);
    expect(
      warnings.filter((message) => message.startsWith('Trial 3 left 100 programs running, `sleep 9999`')),
    ).toHaveLength(1);
    const left = JSON.parse(readFileSync(join(folder, 'left'), 'utf8')) as readonly number[];
    await until(() => !left.some(isAlive), 'the programs are gone');
    expect(run.of('log').filter(({ stream }) => stream === 'stderr').length).toBeLessThan(100);
    expect(run.of('progress').at(-1)?.progress.done).toBe(999_999);
  });
});
