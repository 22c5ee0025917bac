import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/index.ts';
import { storedTarget } from '../../src/study/study-target.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';
import { countStates, storedTrials, trialsIn } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** Retrains at once, and notes it. */
const RETRAIN = `sampler: random(), retrain: {
  async run() {
    const { appendFileSync } = await import('node:fs');
    appendFileSync('retrained.txt', 'once\\n');
    return { good: 1 };
  },
},`;

const workers = (folder: string, file: string, ...args: string[]) =>
  new HpoProcess(folder, ['worker', file, '--workers', '1', ...args]);

async function storedAttrs(folder: string) {
  const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
  const record = await storage.findStudy('study');
  await storage.close();
  return record?.systemAttrs ?? {};
}

const EXACTLY = (target: number) => Array.from({ length: target }, (_, number) => number);

/** The databases that processes may share. */
const STORAGES: readonly (readonly [name: string, open: () => Promise<string>, isThere: boolean])[] = [
  ['SQLite', async () => join(tempFolder(), 'hpo.db'), true],
  [`PostgreSQL${postgresNote}`, freshDatabase, hasPostgres],
];

describe.each(STORAGES)('workers of one study on %s', (_, open, isThere) => {
  it.skipIf(!isThere)('and one run have as many trials as wanted, and the run alone concludes', async () => {
    const [folder, storage] = [tempFolder(), await open()];
    const objective = `while (!existsSync('go')) await sleep(20); await trial.report(params.x, 0); return params.x;`;
    const file = writeStudy(folder, objective, RETRAIN);
    const start = (command: string, ...args: string[]) =>
      new HpoProcess(folder, [command, file, '--workers', '1', ...args], { HPO_STORAGE: storage });
    const [some, others] = [start('worker', '--trials', '40'), start('worker', '--trials', '40')];
    await some.waitFor('trial-started');
    await others.waitFor('trial-started');
    const run = start('run'); // with the stored target, not the file's 12
    await run.waitFor('trial-started');
    writeFileSync(join(folder, 'go'), '');
    for (const process of [some, others, run]) expect(await process.ended).toEqual({ code: 0, stderr: '' });

    const trials = await trialsIn(storage);
    expect(trials.map(({ number }) => number)).toEqual(EXACTLY(40));
    expect(countStates(trials)).toEqual({ COMPLETE: 40 });
    for (const process of [some, others]) {
      expect(process.of('run-started')).toMatchObject([{ role: 'worker', target: 40 }]);
      expect(process.of('run-finished')).toMatchObject([{ reason: 'done' }]);
      for (const type of ['best-written', 'retrain-started', 'concluded-elsewhere'] as const) {
        expect(process.of(type)).toEqual([]);
      }
    }
    expect(run.of('run-started')).toMatchObject([{ role: 'run', target: 40, targetFrom: 'study' }]);
    expect(run.of('retrain-finished')).toHaveLength(1);
    expect(readFileSync(join(folder, 'retrained.txt'), 'utf8')).toBe('once\n');
    expect(existsSync(join(folder, 'runs/study/best.json'))).toBe(true);
  });
});

describe('workers of one study', () => {
  it('do not end while others hold the last trials, and take those of a dead one', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, `while (trial.attempt === 1) await sleep(50); return params.x;`, RETRAIN);
    const doomed = workers(folder, file, '--trials', '1');
    await doomed.waitFor('trial-started');
    const heir = workers(folder, file);
    expect((await heir.waitFor('waiting')).trials).toEqual([
      { trial: 0, by: expect.stringContaining(`process ${doomed.child.pid} on`) },
    ]);
    expect(heir.child.exitCode).toBeNull();
    doomed.child.kill('SIGKILL');
    expect(await heir.ended).toEqual({ code: 0, stderr: '' });
    expect(heir.of('trial-requeued')).toMatchObject([{ trial: 0, reason: 'holder-died' }]);
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 1 });
    expect(existsSync(join(folder, 'runs'))).toBe(false); // the results are left to a run
    expect(existsSync(join(folder, 'retrained.txt'))).toBe(false);
  });

  it('follow a target that is changed while they run, and say so', async () => {
    const folder = tempFolder();
    const file = writeStudy(
      folder,
      `while (trial.number === 1 && !existsSync('go')) await sleep(20); return params.x;`,
    );
    const first = workers(folder, file, '--trials', '2');
    await first.waitFor('trial-started', ({ trial }) => trial === 1);
    const other = workers(folder, file, '--trials', '5', '--max-trials', '1');
    expect(await other.ended).toEqual({ code: 75, stderr: '' });
    expect(other.of('target-changed')).toMatchObject([{ target: 5, former: 2 }]);
    expect(other.of('run-finished')).toMatchObject([{ reason: 'max-trials', counts: { complete: 2 } }]);
    writeFileSync(join(folder, 'go'), '');
    expect(await first.ended).toEqual({ code: 0, stderr: '' });
    expect(first.of('target-changed')).toMatchObject([{ target: 5 }]);
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 5 });
    expect(storedTarget({ systemAttrs: await storedAttrs(folder) })).toEqual({
      trials: 5,
      declared: 12,
      named: [2, 5],
    });
  });
});

/** Keeps a checkpoint of step 1 in its first attempt, and then hangs; later attempts end at once. */
const HANGING = `
  if (trial.checkpoints.last === undefined) {
    await trial.report(1, 1);
    await trial.checkpoints.keep(1, async () => undefined);
    await trial.setUserAttr('kept', true);
    while (!existsSync('end')) await sleep(50);
  }
  return params.x;`;

describe('a worker that is interrupted', () => {
  it('lets its running trials finish within their grace time', async () => {
    const folder = tempFolder();
    const worker = workers(folder, writeStudy(folder, HANGING), '--grace', '600');
    await worker.waitFor('trial-reported');
    worker.child.kill('SIGTERM');
    // A scheduler sends it to every process of a job.
    for (const { pid } of worker.of('worker-started')) process.kill(pid as number, 'SIGTERM');
    expect(await worker.waitFor('stopping')).toMatchObject({ how: 'drain', graceMs: 600_000 });
    writeFileSync(join(folder, 'end'), '');
    expect(await worker.ended).toEqual({ code: 143, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 1 });
  });

  it('hands them back when that is over, or at a second signal, to go on after their checkpoints', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, HANGING);
    const kept = async () => (await storedTrials(folder))[0]?.userAttrs.kept === true;
    const first = workers(folder, file, '--trials', '1', '--grace', '0.5');
    await first.waitFor('trial-started');
    while (!(await kept())) await new Promise((done) => setTimeout(done, 100));
    first.child.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 143, stderr: '' });
    expect(first.of('stopping').map(({ how }) => how)).toEqual(['drain', 'abort']);
    expect(countStates(await storedTrials(folder))).toEqual({ WAITING: 1 });

    const second = workers(folder, file);
    expect(await second.waitFor('trial-started')).toMatchObject({ trial: 0, attempt: 2, afterStep: 1 });
    expect(await second.ended).toEqual({ code: 0, stderr: '' });

    const third = workers(folder, file, '--trials', '2', '--grace', '600');
    await third.waitFor('trial-started');
    third.child.kill('SIGINT');
    await third.waitFor('stopping');
    await new Promise((done) => setTimeout(done, 500)); // at once it would be the echo of the first
    third.child.kill('SIGINT');
    expect(await third.ended).toEqual({ code: 130, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 1, WAITING: 1 });
  });

  it('by --timeout hands its trials back after the grace time, too, and is to be started again', async () => {
    const folder = tempFolder();
    const worker = workers(
      folder,
      writeStudy(folder, 'await sleep(600_000); return 1;'),
      '--timeout',
      '6',
      '--grace',
      '0.1',
    );
    expect(await worker.ended).toEqual({ code: 75, stderr: '' });
    expect(worker.of('run-finished')).toMatchObject([{ reason: 'timeout' }]);
    const states = countStates(await storedTrials(folder));
    expect(states).toEqual(worker.of('trial-started').length === 0 ? {} : { WAITING: 1 }); // it may have started slowly
  });
});

describe('a worker', () => {
  it('is refused with 2 where its file differs from the study, with what differs', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'return params.x;', 'sampler: random(),');
    expect(await workers(folder, file, '--trials', '1').ended).toEqual({ code: 0, stderr: '' });
    const before = [await storedTrials(folder), await storedAttrs(folder)];
    const refused = async (...args: string[]) => {
      const { code, stderr } = await workers(folder, file, ...args).ended;
      expect(code).toBe(2);
      return stderr;
    };
    const whole = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), whole.replace('float(-5, 5)', 'float(-5, 6)'));
    expect(await refused()).toMatch(/in its space `x` was float\(-5, 5\) and is float\(-5, 6\) now/);
    writeFileSync(join(folder, file), whole.replace('return params.x', 'return 2 * params.x'));
    expect(await refused('--strict-code', '--trials', '3')).toMatch(
      /the code of its file was "\w{8}" when it was begun/,
    );
    expect([await storedTrials(folder), await storedAttrs(folder)]).toEqual(before);

    const marked = workers(folder, file, '--trials', '2');
    expect(await marked.ended).toEqual({ code: 0, stderr: '' });
    const warnings = marked.of('warning').map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringMatching(/^the code of study\.ts is \w{8}, and that of the study was \w{8}/),
    ]);
    const [first, second] = (await storedTrials(folder)).map(({ systemAttrs }) => systemAttrs['hpo:code']);
    expect(first).toBeUndefined();
    expect(warnings[0]).toContain(` ${second},`);
  });

  it('ends with 1 where trials fail in a row, and with 0 for an exhausted space only when nobody runs the last of it', async () => {
    const folder = tempFolder();
    const failing = workers(folder, writeStudy(folder, "throw new Error('no data');"), '--trials', '50');
    expect(await failing.ended).toEqual({ code: 1, stderr: '' });
    expect(failing.of('run-finished')).toMatchObject([{ reason: 'failing' }]);

    const spent = tempFolder();
    const points = "sampler: grid({ x: [1, 2], lr: [0.1], shape: ['a'] }),";
    const file = writeStudy(
      spent,
      `while (trial.number === 0 && !existsSync('go')) await sleep(20); return params.x;`,
      points,
    );
    const first = workers(spent, file);
    await first.waitFor('trial-started');
    const second = workers(spent, file, '--max-trials', '1'); // the first may die, and leave its trial to others
    expect(await second.ended).toEqual({ code: 75, stderr: '' });
    writeFileSync(join(spent, 'go'), '');
    expect(await first.ended).toEqual({ code: 0, stderr: '' });
    expect(first.of('run-finished')).toMatchObject([{ reason: 'spent', counts: { complete: 2 } }]);
  });

  it('whose storage cannot be reached ends with 1, to be started again', async () => {
    const folder = tempFolder();
    const url = 'postgresql://ada@127.0.0.1:1/studies'; // where no server answers
    const { code, stderr } = await workers(folder, writeStudy(folder, 'return 1;'), '--storage', url).ended;
    expect(stderr).toMatch(
      /^hpo: postgresql:\/\/ada@127\.0\.0\.1:1\/studies cannot be reached: no server answers there .*\n$/,
    );
    expect(code).toBe(1);
  });

  it('whose storage is lost in mid-run ends with 1, to be started again', async () => {
    const folder = tempFolder();
    const worker = workers(
      folder,
      writeStudy(folder, 'await trial.report(params.x, 0); await sleep(100); return params.x;'),
      '--trials',
      '1000',
    );
    await worker.waitFor('trial-finished');
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `hpo.db${end}`), { force: true });
    const { code, stderr } = await worker.ended;
    expect(stderr).toMatch(/^hpo: sqlite:\/\/\/hpo\.db was deleted while it was open; .*\n$/);
    expect(code).toBe(1);
  });
});
