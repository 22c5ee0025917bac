import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { type Audit, auditStudy, faultsOf, sumUp } from '../support/audit.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { together } from '../support/together.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TABLE = 'Kills, suspensions and clocks';

/** Studies that are attacked at the same time: as many as there are cores on a small machine. */
const AT_ONCE = 2;

/** A process that was killed. */
type Victim = 'parent' | 'worker';

/** Kills a run or one of its workers. @returns undefined where there was nothing left to kill. */
function killOne(run: HpoProcess, rng: Rng): Victim | undefined {
  const { pid, exitCode, signalCode } = run.child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
  const workers = run.of('worker-started').flatMap((event) => (parentOf(event.pid) === pid ? [event.pid ?? 0] : []));
  const worker = rng.integer(2) === 0 ? workers[rng.integer(workers.length)] : undefined;
  if (worker === undefined) return run.child.kill('SIGKILL') ? 'parent' : undefined;
  try {
    process.kill(worker, 'SIGKILL');
    return 'worker';
  } catch {
    return undefined; // it has ended since
  }
}

/** The parent of a process; undefined where there is no such process. */
function parentOf(pid: number | undefined): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

describe.runIf(process.platform === 'linux')('SIGKILL', () => {
  it('at random moments of parents and workers loses, doubles and leaves nothing', { timeout: 2 * HOUR }, async () => {
    const studies = Array.from({ length: scaled(30, 2) }, (_, study) => study);
    const kills = { parent: 0, worker: 0 };
    let [trials, runCount] = [0, 0];
    const audits = await together(studies, AT_ONCE, async (study): Promise<Audit> => {
      const rng = Rng.of(SWEEP_SEED, study, 'kills');
      const folder = tempFolder();
      const file = writeKnownStudy(folder, { ms: 40, retrain: true });
      const runs: HpoProcess[] = [];
      let target = 20;
      const start = () => {
        const run = new HpoProcess(folder, ['run', file, '--trials', String(target), '--workers', '2']);
        runs.push(run);
        return run;
      };
      let run = start();
      for (let killed = 0; killed < 10; ) {
        // Half of them hit a run that starts, wherever it is by then, half one that runs trials.
        if (rng.integer(2) === 0) await run.waitFor('trial-started').catch(() => undefined);
        await Promise.race([sleep(rng.uniform(0, 1_500)), run.ended]);
        const victim = killOne(run, rng);
        if (victim !== undefined) {
          kills[victim]++;
          killed++;
          if (victim === 'worker') continue;
        } else target += 10; // the study was finished before
        await run.ended;
        run = start();
      }
      await run.ended;
      if (run.of('run-finished').length === 0) await start().ended; // its last worker was killed
      target += 10;
      expect(await start().ended).toEqual({ code: 0, stderr: '' });
      trials += target;
      runCount += runs.length;
      return auditStudy(folder, { runs, target, retrained: true });
    });
    addRow(TABLE, {
      sweep: 'SIGKILL at random moments',
      done: `${kills.parent} parents, ${kills.worker} workers, ${studies.length} studies, ${runCount} runs`,
      trials,
      ...sumUp(audits),
    });
    expect(faultsOf(audits)).toEqual([]);
  });

  it('of some of eight coordinators of one file loses, doubles and leaves nothing', { timeout: 2 * HOUR }, async () => {
    const rng = Rng.of(SWEEP_SEED, 0, 'coordinators');
    const target = scaled(2_000, 100);
    const folder = tempFolder();
    const file = writeKnownStudy(folder, { ms: 5 });
    const runs: HpoProcess[] = [];
    const start = () => {
      const run = new HpoProcess(folder, ['run', file, '--trials', String(target), '--workers', '1']);
      runs.push(run);
      return run;
    };
    const living = Array.from({ length: 8 }, start);
    await living[0]?.waitFor('trial-finished');
    const kills = { parent: 0, worker: 0 };
    const most = scaled(40, 6);
    while (kills.parent + kills.worker < most) {
      await sleep(rng.uniform(0, 1_500));
      const at = rng.integer(living.length);
      const run = living[at] as HpoProcess;
      const victim = killOne(run, rng);
      if (victim === undefined) break; // the study is finished
      kills[victim]++;
      if (victim === 'worker') continue;
      await run.ended;
      living[at] = start();
    }
    const ends = await Promise.all(living.map((run) => run.ended));
    const last = start();
    expect(await last.ended).toEqual({ code: 0, stderr: '' });
    const audit = await auditStudy(folder, { runs, target });
    addRow(TABLE, {
      sweep: 'eight coordinators of one file',
      done: `${kills.parent} parents of ${runs.length}, ${kills.worker} workers`,
      trials: target,
      ...sumUp([audit]),
    });
    expect(ends.filter(({ code }) => code !== 0 && code !== null)).toEqual([]);
    expect(faultsOf([audit])).toEqual([]);
  });
});

describe('SIGSTOP', () => {
  it('of a coordinator for longer than its lease loses, doubles and leaves nothing', { timeout: HOUR }, async () => {
    const rounds = Array.from({ length: scaled(20, 2) }, (_, round) => round);
    const target = 40;
    let [lostToOthers, takenBack] = [0, 0];
    const audits = await together(rounds, 1, async (round) => {
      const rng = Rng.of(SWEEP_SEED, round, 'suspensions');
      const folder = tempFolder();
      const file = writeKnownStudy(folder, { ms: 150, retrain: round % 2 === 0 });
      const start = () =>
        new HpoProcess(folder, ['run', file, '--trials', String(target), '--workers', '2'], { HPO_GRACE: '2' });
      const runs = [start(), start()];
      const [first, second] = runs as [HpoProcess, HpoProcess];
      await Promise.all(runs.map((run) => run.waitFor('trial-started')));
      await sleep(rng.uniform(0, 2_000));
      first.child.kill('SIGSTOP');
      await sleep(rng.uniform(2_500, 5_000));
      first.child.kill('SIGCONT');
      for (const run of [first, second]) expect(await run.ended).toEqual({ code: 0, stderr: '' });
      lostToOthers += first.of('trial-lost').length;
      takenBack += second.of('trial-requeued').length;
      return auditStudy(folder, { runs, target, retrained: round % 2 === 0 });
    });
    addRow(TABLE, {
      sweep: 'SIGSTOP for longer than the lease',
      done: `${rounds.length} coordinators; ${takenBack} trials taken back, ${lostToOthers} given up by their first holder`,
      trials: rounds.length * target,
      ...sumUp(audits),
    });
    expect(takenBack).toBeGreaterThan(0);
    expect(faultsOf(audits)).toEqual([]);
  });
});

const clock = preload('clock-shift');
describe.skipIf(clock === undefined)(`the wall clock${clock === undefined ? PRELOAD_NOTE : ''}`, () => {
  it('set back and forward during a study loses, doubles and leaves nothing', { timeout: HOUR }, async () => {
    const rounds = Array.from({ length: scaled(10, 2) }, (_, round) => round);
    const target = 60;
    let jumps = 0;
    const audits = await together(rounds, 1, async (round) => {
      const rng = Rng.of(SWEEP_SEED, round, 'clocks');
      const folder = tempFolder();
      const file = writeKnownStudy(folder, { ms: 60, retrain: true });
      const shifts = [0, 1].map((at) => join(tempFolder(), `shift-${at}`));
      const set = (path: string, ms: number) => {
        const shift = Buffer.alloc(8);
        shift.writeBigInt64LE(BigInt(Math.round(ms)));
        const fd = openSync(path, existsSync(path) ? 'r+' : 'w'); // a file that gets shorter ends those who map it
        writeSync(fd, shift);
        closeSync(fd);
      };
      const start = (path: string) =>
        new HpoProcess(folder, ['run', file, '--trials', String(target), '--workers', '1'], {
          LD_PRELOAD: clock ?? '',
          CLOCK_SHIFT_FILE: path,
          HPO_GRACE: '3',
        });
      for (const path of shifts) set(path, rng.uniform(-1, 1) * DAY);
      const runs = shifts.map(start);
      await Promise.all(runs.map((run) => run.waitFor('trial-started')));
      const isOver = () => runs.every(({ child }) => child.exitCode !== null || child.signalCode !== null);
      let killed = false;
      while (!isOver()) {
        await sleep(rng.uniform(50, 500));
        set(shifts[rng.integer(2)] ?? '', rng.uniform(-1, 1) * (rng.integer(2) === 0 ? HOUR : 400 * DAY));
        jumps++;
        const [doomed] = runs;
        if (!killed && round % 2 === 1 && (doomed?.of('trial-finished').length ?? 0) > 8) {
          killed = doomed?.child.kill('SIGKILL') ?? false;
          await doomed?.ended;
        }
      }
      for (const run of runs.slice(killed ? 1 : 0)) expect(await run.ended).toEqual({ code: 0, stderr: '' });
      const starts = (await storedTrials(folder)).map(({ startedAt }) => startedAt?.getTime() ?? 0);
      expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(HOUR / 2); // the clocks really moved
      for (const run of runs) expect(run.of('trial-lost')).toEqual([]);
      return auditStudy(folder, { runs, target, retrained: true });
    });
    addRow(TABLE, {
      sweep: 'the clock set back and forward',
      done: `${jumps} times by up to 400 days, ${rounds.length} studies of 2 coordinators`,
      trials: rounds.length * target,
      ...sumUp(audits),
    });
    expect(faultsOf(audits)).toEqual([]);
  });
});
