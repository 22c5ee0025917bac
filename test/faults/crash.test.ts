import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLineOf, descendantsOf } from '../../src/machine/proc.ts';
import { WATCHER_NAME } from '../../src/machine/process-group.ts';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

/** Code that keeps a process from hearing any event, and takes no processor time. */
const HANG = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';

/** Runs a study whose trials 1, 3, 5, … make these mistakes, with the failures that these trials must have. */
async function expectFailures(
  mistakes: readonly (readonly [mistake: string, failure: Readonly<Record<string, unknown>>])[],
  trialTimeoutMs: number,
): Promise<void> {
  const folder = tempFolder();
  const cases = mistakes.map(([mistake], at) => `if (trial.number === ${2 * at + 1}) { ${mistake} }`);
  const objective = `console.error('trial ' + trial.number); ${cases.join('\n')} return params.x as never;`;
  const file = writeStudy(folder, objective, `trialTimeoutMs: ${trialTimeoutMs},`);
  const args = ['run', file, '--trials', String(2 * mistakes.length + 1), '--workers', '1'];
  const run = new HpoProcess(folder, args, { NODE_OPTIONS: '--max-old-space-size=96' });
  expect(await run.ended).toEqual({ code: 0, stderr: '' });
  const trials = await storedTrials(folder);
  expect(trials.map(({ state }) => state)).toEqual(trials.map((_, at) => (at % 2 === 1 ? 'FAIL' : 'COMPLETE')));
  const errors = trials.filter((_, at) => at % 2 === 1).map(({ systemAttrs }) => systemAttrs['hpo:error']);
  expect(errors).toMatchObject(mistakes.map(([, failure]) => failure));
}

describe.concurrent('crashes', () => {
  it('a killed worker costs its trial only', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, `if (trial.number === 4) await sleep(600_000); ${SLOW}`);
    const run = new HpoProcess(folder, ['run', file, '--workers', '2']);
    const victim = await run.waitFor('trial-started', ({ trial }) => trial === 4);
    const worker = run.of('worker-started').find((event) => event.worker === victim.worker);
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(trials).toHaveLength(12);
    expect(trials.filter(({ state }) => state === 'FAIL').map(({ number }) => number)).toEqual([4]);
    expect(trials[4]?.systemAttrs['hpo:error']).toMatchObject({
      name: 'WorkerDied',
      message: 'The worker process was ended by SIGKILL.',
    });
  });

  it('a backend that fails costs its trial only, and the next one runs in a new worker', async () => {
    const folder = tempFolder();
    const file = writeStudy(
      folder,
      `await trial.setUserAttr('pid', process.pid);
      if (trial.number === 2) throw new HpoError('HPO_BACKEND', 'the GPU is out of memory');
      ${SLOW}`,
    );
    const run = new HpoProcess(folder, ['run', file, '--workers', '1', '--gpus', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(trials[2]?.systemAttrs['hpo:error']).toMatchObject({ message: 'the GPU is out of memory' });
    expect(countStates(trials).FAIL).toBe(1);
    const pids = trials.map(({ userAttrs }) => userAttrs.pid);
    expect(new Set(pids).size).toBe(2);
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(run.of('worker-died')).toEqual([]);
  });

  it('a killed parent takes its workers with it, busy ones too, though a watcher was killed, and is continued', async () => {
    const folder = tempFolder();
    // Trial 5 blocks the event loop for ever in the first attempt.
    const busy = `if (trial.number === 5 && settings.hang) ${HANG} ${SLOW}`;
    const file = writeStudy(folder, busy, 'settings: { hang: true }, profiles: { calm: {} },');
    const first = new HpoProcess(folder, ['run', file, '--workers', '2']);
    await first.waitFor('trial-started', ({ trial }) => trial === 7);
    const watchers = () =>
      descendantsOf(first.child.pid ?? 0).filter((pid) => commandLineOf(pid).includes(WATCHER_NAME));
    const found = watchers();
    if (found[0] !== undefined) {
      process.kill(found[0], 'SIGKILL');
      await until(() => watchers().some((pid) => !found.includes(pid)), 'another watcher is there');
    }
    first.child.kill('SIGKILL');
    await first.ended;
    const before = await storedTrials(folder);
    const running = before.filter(({ state }) => state === 'RUNNING');
    const pids = first.of('worker-started').map(({ pid }) => pid ?? 0);
    expect(pids).toHaveLength(2);
    await until(() => pids.every((pid) => !isAlive(pid)), 'the workers are gone');

    const calm = writeStudy(
      folder,
      `if (trial.number === 5 && settings.hang) return 5; ${SLOW}`,
      'settings: { hang: true },',
    );
    const second = new HpoProcess(folder, ['run', calm, '--workers', '2']);
    expect(await second.ended).toEqual({ code: 0, stderr: '' });
    const after = await storedTrials(folder);
    expect(after).toHaveLength(12);
    expect(Object.keys(countStates(after)).sort()).not.toContain('RUNNING');
    expect(Object.keys(countStates(after)).sort()).not.toContain('WAITING');
    expect(running.length).toBeGreaterThan(0);
    for (const trial of running) {
      expect(after[trial.number]).toMatchObject({ params: trial.params, systemAttrs: { 'hpo:attempt': 2 } });
    }
    for (const trial of before.filter(({ state }) => state === 'COMPLETE' || state === 'PRUNED')) {
      expect(after[trial.number]).toEqual(trial);
    }
    expect(second.of('trial-requeued').map(({ trial }) => trial)).toEqual(running.map(({ number }) => number));
  });

  it('a parent killed while its workers start leaves none of them behind', async () => {
    const folder = tempFolder();
    const run = new HpoProcess(folder, ['run', writeStudy(folder, SLOW), '--workers', '1']);
    const { pid = 0 } = await run.waitFor('worker-started');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid), 'the worker is gone');
  });

  it('each kind of mistake fails its trial alone', async () => {
    const mistakes: readonly (readonly [mistake: string, failure: Readonly<Record<string, unknown>>])[] = [
      ["throw new RangeError('too far');", { name: 'RangeError', message: 'too far' }],
      ["console.error('going'); process.exit(3);", { name: 'WorkerDied', stderr: 'trial 3\ngoing' }],
      ['process.abort();', { name: 'WorkerDied' }],
      ["Promise.reject(new Error('lost')); await sleep(2000);", { name: 'WorkerDied' }],
      [
        "const hoard: unknown[] = []; for (;;) hoard.push(new Array(1e5).fill('x' + hoard.length));",
        { name: 'WorkerDied', stderr: expect.stringContaining('heap out of memory') },
      ],
      [
        'return undefined;',
        { name: 'InvalidValue', message: 'The objective returned undefined; it must return a number.' },
      ],
      ['return Number.NaN;', { name: 'InvalidValue', message: 'The objective returned NaN; it must return a number.' }],
      ['return { toString: () => sleep };', { name: 'InvalidValue' }], // cannot travel
    ];
    await expectFailures(mistakes, 60_000);
  });

  it('a trial that takes too long, or hangs, fails alone', async () => {
    await expectFailures(
      [
        ['await sleep(60_000);', { name: 'TimeLimit', stderr: 'trial 1' }],
        [HANG, { name: 'TimeLimit', stderr: 'trial 3' }],
      ],
      2_500,
    );
  });

  it('taking more memory than its limit fails that trial alone, with what it has started, and is not tried again', async () => {
    const folder = tempFolder();
    const hungry = 'const kept = Buffer.alloc(300e6, 1); setInterval(() => kept, 1e6);';
    const file = writeStudy(
      folder,
      `if (trial.number === 1) {
         const { spawn } = await import('node:child_process');
         spawn(process.execPath, ['-e', ${JSON.stringify(hungry)}]);
         ${HANG}
       }
       return params.x as never;`,
      'trialMemoryMb: 100_000,',
    );
    const run = new HpoProcess(folder, ['run', file, '--trials', '4', '--workers', '1', '--trial-memory', '320']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(trials.map(({ state }) => state)).toEqual(['COMPLETE', 'FAIL', 'COMPLETE', 'COMPLETE']);
    const message = expect.stringMatching(/^The trial took \d{3} MiB of memory, more than its limit of 320 MiB\.$/);
    expect(trials[1]?.systemAttrs).toMatchObject({ 'hpo:error': { name: 'MemoryLimit', message } });
    expect(run.of('trial-started').map(({ trial }) => trial)).toEqual([0, 1, 2, 3]);
  });

  it('ten failures in a row for the same reason stop the run, a good trial between them does not', async () => {
    const folder = tempFolder();
    const failing = "throw new Error('no ' + trial.number + ' of 100');";
    const run = new HpoProcess(folder, ['run', writeStudy(folder, failing), '--trials', '100', '--workers', '1']);
    expect((await run.ended).code).toBe(1);
    expect(run.of('run-finished')[0]).toMatchObject({
      reason: 'failing',
      failure: { name: 'Error', message: 'no 9 of 100' },
    });
    expect(countStates(await storedTrials(folder))).toEqual({ FAIL: 10 });
    const mixed = writeStudy(folder, `if (trial.number % 8) throw new Error('no'); return 1;`);
    const second = new HpoProcess(folder, ['run', mixed, '--trials', '40', '--workers', '1']);
    expect((await second.ended).code).toBe(0);
    expect(await storedTrials(folder)).toHaveLength(40);
  });

  it('a worker that does not start is reported, and no trial is lost to it', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, SLOW);
    const source = readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, file),
      `${source}\nif (process.send) { console.error('no library'); process.exit(9); }\n`,
    );
    const run = new HpoProcess(folder, ['run', file]);
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toBe('hpo: A worker could not start: The worker process exited with code 9. It said: no library\n');
    expect(await storedTrials(folder).catch(() => [])).toEqual([]);
  });

  it('a study whose every trial fails ends with exit code 1, all of them stored', async () => {
    const folder = tempFolder();
    const run = new HpoProcess(folder, [
      'run',
      writeStudy(folder, "throw new Error('no');"),
      '--trials',
      '3',
      '--workers',
      '1',
    ]);
    expect((await run.ended).code).toBe(1);
    expect(countStates(await storedTrials(folder))).toEqual({ FAIL: 3 });
  });
});

describe.concurrent('determinism', () => {
  it('one worker gives the same trials, whether the run was killed and continued or not', async () => {
    const outcomes = async (folder: string) =>
      (await storedTrials(folder)).map(({ state, params, values, intermediateValues }) => {
        return { state, params, values, reports: [...intermediateValues] };
      });
    const [whole, broken] = [tempFolder(), tempFolder()];
    const file = writeStudy(whole, SLOW);
    expect((await new HpoProcess(whole, ['run', file, '--workers', '1', '--trials', '20']).ended).code).toBe(0);
    writeStudy(broken, SLOW);
    for (const trial of [3, 13]) {
      const run = new HpoProcess(broken, ['run', file, '--workers', '1', '--trials', '20']);
      await run.waitFor('trial-reported', (event) => event.trial === trial);
      run.child.kill('SIGKILL');
      await run.ended;
    }
    expect((await new HpoProcess(broken, ['run', file, '--workers', '1', '--trials', '20']).ended).code).toBe(0);
    expect(await outcomes(broken)).toEqual(await outcomes(whole));
  });
});

describe.concurrent('stopping', () => {
  it('Ctrl-C once lets the running trials finish, and the same command continues', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, SLOW);
    const first = new HpoProcess(folder, ['run', file, '--workers', '2']);
    await first.waitFor('trial-started', ({ trial }) => trial === 3);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const before = await storedTrials(folder);
    expect(before.length).toBeLessThan(12);
    for (const { state } of before) expect(['COMPLETE', 'PRUNED']).toContain(state);
    const second = new HpoProcess(folder, ['run', file]);
    expect((await second.ended).code).toBe(0);
    const after = await storedTrials(folder);
    expect(after).toHaveLength(12);
    expect(after.slice(0, before.length)).toEqual(before);
  });

  it('Ctrl-C twice, and SIGTERM once, hand the running trials back', async () => {
    for (const signals of [['SIGINT', 'SIGINT'], ['SIGTERM']] as const) {
      const folder = tempFolder();
      const file = writeStudy(folder, 'await sleep(settings.ms); return params.x;', 'settings: { ms: 60_000 },');
      const run = new HpoProcess(folder, ['run', file, '--workers', '2']);
      await run.waitFor('trial-started', ({ trial }) => trial === 1);
      for (const signal of signals) {
        run.child.kill(signal);
        await run.waitFor('stopping', ({ how }) => signals.length === 1 || signal !== 'SIGINT' || how === 'drain');
        await new Promise((done) => setTimeout(done, 500)); // at once it would be the echo of the first
      }
      expect((await run.ended).code).toBe(signals.length === 1 ? 143 : 130);
      expect(countStates(await storedTrials(folder))).toEqual({ WAITING: 2 });
      const pids = run.of('worker-started').map(({ pid }) => pid ?? 0);
      await until(() => pids.every((pid) => !isAlive(pid)), 'the workers are gone');
    }
  });

  it('--timeout starts no trial after its time and keeps what is there', async () => {
    const folder = tempFolder();
    const run = new HpoProcess(folder, ['run', writeStudy(folder, SLOW), '--trials', '1000', '--timeout', '1']);
    expect((await run.ended).code).toBe(0);
    expect(run.of('run-finished')[0]?.reason).toBe('timeout');
    const states = Object.keys(countStates(await storedTrials(folder)));
    expect(states.every((state) => state === 'COMPLETE' || state === 'PRUNED')).toBe(true);
  });
});
