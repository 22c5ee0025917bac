import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteStudy } from '../../src/index.ts';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { IN_NAMESPACE, mayUnshare, namespaceNote } from '../support/pid-namespace.ts';
import { PROGRAM } from '../support/run-hpo.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

/** Notes each trial that ends, with its attempt, in a file of the working directory. */
const NOTED = `
    const { appendFileSync } = await import('node:fs');
    const note = () => appendFileSync('ended.txt', trial.number + '\\n');`;

const notedTrials = (folder: string) => readFileSync(join(folder, 'ended.txt'), 'utf8').trim().split('\n').map(Number);

/** Retrains slowly, with a file at the beginning and one at the end. */
const RETRAIN = `
  retrain: {
    async run({ folder }) {
      const { appendFileSync, writeFileSync } = await import('node:fs');
      appendFileSync('retrained.txt', 'once\\n');
      writeFileSync(folder + '/first.txt', 'first');
      await sleep(1500);
      writeFileSync(folder + '/last.txt', 'last');
      return { good: 1 };
    },
  },`;

describe.concurrent('runs of one study at once', () => {
  it('five with two of them killed: as many trials as wanted, each once, and one retraining', async () => {
    const folder = tempFolder();
    const objective = `${NOTED}
      const { existsSync } = await import('node:fs');
      const until = trial.number < 200 ? 'go.txt' : 'on.txt'; // none ends the study before the doomed have died
      while (!existsSync(until)) await sleep(20);
      await trial.report(params.x, 0);
      note();
      return params.x ** 2;`;
    const file = writeStudy(folder, objective, `${RETRAIN} sampler: random(),`);
    const target = 400;
    const args = ['run', file, '--trials', String(target), '--workers', '1'];
    const runs = Array.from({ length: 5 }, () => new HpoProcess(folder, args));
    for (const run of runs) await run.waitFor('trial-started');
    writeFileSync(join(folder, 'go.txt'), '');
    const doomed = runs.slice(0, 2);
    for (const [at, run] of doomed.entries()) {
      await until(() => run.of('trial-finished').length > 4 * at, `run ${at} has finished trials`);
      run.child.kill('SIGKILL'); // mostly during a trial
    }
    writeFileSync(join(folder, 'on.txt'), '');
    const survivors = runs.slice(2);
    for (const run of survivors) expect(await run.ended).toEqual({ code: 0, stderr: '' });

    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: target });
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, at) => at));
    // A trial is run again only if a killed run's worker had ended it and the coordinator had not stored it.
    const again = trials.filter(({ systemAttrs }) => 'hpo:attempt' in systemAttrs);
    expect(again.length).toBeLessThanOrEqual(doomed.length);
    const noted = notedTrials(folder);
    for (const { number, systemAttrs } of trials) {
      const times = noted.filter((each) => each === number).length;
      expect(times).toBeGreaterThanOrEqual(1);
      expect(times).toBeLessThanOrEqual(Number(systemAttrs['hpo:attempt'] ?? 1));
    }
    const finished = runs.flatMap((run) => run.of('trial-finished').map(({ trial }) => trial));
    expect(new Set(finished).size).toBe(finished.length);

    expect(readFileSync(join(folder, 'retrained.txt'), 'utf8')).toBe('once\n');
    expect(survivors.flatMap((run) => run.of('retrain-finished'))).toHaveLength(1);
    for (const run of survivors) {
      const said = [...run.of('retrain-finished'), ...run.of('retrain-skipped'), ...run.of('concluded-elsewhere')];
      expect(said).toHaveLength(1);
    }
    expect(readFileSync(join(folder, 'runs/study/retrain/last.txt'), 'utf8')).toBe('last');
    expect(readFileSync(join(folder, 'runs/study/retrain/first.txt'), 'utf8')).toBe('first');
  });

  it('a coordinator that is suspended for longer than its grace time loses its trials, and stops them', async () => {
    const folder = tempFolder();
    const objective = `${NOTED}
      for (let step = 0; trial.number === 0 && step < settings.steps; step++) {
        if (signal.aborted) { log('told to end'); return 0; }
        await sleep(50);
      }
      note();
      return params.x;`;
    const file = writeStudy(folder, objective, 'settings: { steps: 100_000 }, retries: 1,');
    const args = ['run', file, '--trials', '4', '--workers', '1'];
    const env = { HPO_GRACE: '4' };
    const first = new HpoProcess(folder, args, env);
    const started = await first.waitFor('trial-started');
    expect(started.trial).toBe(0);
    first.child.kill('SIGSTOP');
    const second = new HpoProcess(folder, args, env);
    await second.waitFor('trial-requeued', ({ trial }) => trial === 0);
    const again = await second.waitFor('trial-started', ({ trial }) => trial === 0);
    expect(again.attempt).toBe(2);
    first.child.kill('SIGCONT');
    const lost = await first.waitFor('trial-lost');
    expect(lost).toMatchObject({ trial: 0, reason: expect.stringContaining('was taken back from this process') });
    const [worker] = first.of('worker-started');
    await until(
      () => first.of('log').some(({ text }) => text === 'told to end') || !isAlive(worker?.pid ?? 0),
      'the objective of the lost trial ends',
    );
    expect((await storedTrials(folder))[0]).toMatchObject({ state: 'RUNNING', systemAttrs: { 'hpo:attempt': 2 } });
    second.child.kill('SIGTERM');
    first.child.kill('SIGTERM');
    await Promise.all([first.ended, second.ended]);
    expect(countStates(await storedTrials(folder))).not.toHaveProperty('RUNNING');
  });

  it('a run whose study is deleted writes to no other study, and ends with one line', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, `${SLOW.replace('sleep(40)', 'sleep(150)')}`);
    const run = new HpoProcess(folder, ['run', file, '--trials', '1000', '--workers', '2']);
    await run.waitFor('trial-started', ({ trial }) => trial === 3);
    const hpo = (...args: string[]) =>
      spawnSync(process.execPath, [PROGRAM, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    const refused = hpo('delete', 'study', '--yes');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(new RegExp(`^hpo: .*process ${run.child.pid} on .*--force.*\\n$`));
    expect((await storedTrials(folder)).length).toBeGreaterThan(3);
    expect(hpo('delete', 'study', '--yes', '--force').status).toBe(0);
    const next = new HpoProcess(folder, [
      'run',
      writeStudy(folder, 'return params.x;'),
      '--trials',
      '6',
      '--workers',
      '1',
    ]);
    expect((await next.ended).code).toBe(0);
    const { code, stderr } = await run.ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hpo: The study 'study' is not in sqlite:\/\/\/hpo.db any more: it was deleted\.\n$/);
    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: 6 });
    for (const trial of trials) expect(trial.intermediateValues.size).toBe(0);
  });

  it('a trial that kills its run is started no more often than --retries allows', async () => {
    const folder = tempFolder();
    const fatal = `if (trial.number === 1) process.kill(process.ppid, 'SIGKILL'); await sleep(20); return params.x;`;
    const file = writeStudy(folder, fatal);
    const args = ['run', file, '--trials', '4', '--workers', '1', '--retries', '1'];
    for (let start = 0; start < 2; start++) {
      const run = new HpoProcess(folder, args);
      await run.ended;
      expect(run.child.signalCode).toBe('SIGKILL');
    }
    const last = new HpoProcess(folder, args);
    expect(await last.ended).toEqual({ code: 0, stderr: '' });
    expect(last.of('trial-given-up')).toMatchObject([{ trial: 1, failure: { name: 'HolderDied' } }]);
    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: 3, FAIL: 1 });
    expect(trials[1]?.systemAttrs['hpo:attempts']).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('two in different folders retrain the winner once', async () => {
    const [folder, other] = [tempFolder(), tempFolder()];
    const database = join(folder, 'hpo.db');
    const bothRun = join(folder, 'both-run');
    const objective = `while (trial.number === 3 && !existsSync(${JSON.stringify(bothRun)})) await sleep(20); return params.x;`;
    const quick = RETRAIN.replace('sleep(1500)', 'sleep(1)');
    const runs = [folder, other].map((cwd) => {
      const file = writeStudy(cwd, objective, quick);
      return new HpoProcess(cwd, ['run', file, '--trials', '4', '--workers', '1', '--storage', database]);
    });
    for (const run of runs) await run.waitFor('run-started');
    writeFileSync(bothRun, '');
    for (const run of runs) expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(runs.flatMap((run) => run.of('retrain-finished'))).toHaveLength(1);
    expect(runs.flatMap((run) => run.of('concluded-elsewhere'))).toHaveLength(1);
  });

  it('two with the same folder but different databases do not spoil each other’s retraining', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'return params.x;', RETRAIN);
    const args = ['run', file, '--trials', '2', '--workers', '1', '--storage'];
    const runs = ['a.db', 'b.db'].map((database) => new HpoProcess(folder, [...args, database]));
    for (const run of runs) expect(await run.ended).toEqual({ code: 0, stderr: '' });
    for (const name of ['first.txt', 'last.txt', 'metrics.json']) {
      expect(existsSync(join(folder, 'runs/study/retrain', name))).toBe(true);
    }
    expect(execFileSync('ls', ['-A', join(folder, 'runs/study')], { encoding: 'utf8' })).toBe('best.json\nretrain\n');
  });
});

describe.skipIf(!mayUnshare)(`containers${namespaceNote}`, { concurrent: true }, () => {
  it('of one host name leave each other’s live trials alone, and take a dead one’s after its grace time', async () => {
    const folder = tempFolder();
    const objective = `${NOTED} await sleep(trial.number < 2 ? settings.ms : 20); note(); return params.x;`;
    const file = writeStudy(folder, objective, 'settings: { ms: 9_000 },');
    const args = ['run', file, '--trials', '8', '--workers', '1'];
    const env = { HPO_GRACE: '6' }; // long enough for a coordinator on a busy machine
    const inNamespace = () => new HpoProcess(folder, args, env, IN_NAMESPACE);
    const [one, two] = [inNamespace(), inNamespace()];
    await one.waitFor('trial-started');
    await two.waitFor('trial-started');
    for (const run of [one, two]) expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 8 });
    expect(notedTrials(folder).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const run of [one, two]) expect(run.of('trial-requeued')).toEqual([]);

    await deleteStudy({ name: 'study', storage: join(folder, 'hpo.db') });
    const [doomed, heir] = [inNamespace(), inNamespace()];
    const { trial } = await doomed.waitFor('trial-started');
    await heir.waitFor('trial-started');
    doomed.child.kill('SIGKILL'); // and with it its whole namespace
    await heir.waitFor('trial-requeued', (event) => event.trial === trial);
    expect(await heir.ended).toEqual({ code: 0, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 8 });
  });
});
