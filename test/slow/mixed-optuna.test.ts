import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { describeByOptuna } from '../interop/description.ts';
import { describeWithOptuna, PYTHON } from '../interop/optuna-python.ts';
import { auditStudy, faultsOf, sumUp } from '../support/audit.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { trialsIn } from '../support/stored-trials.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const SCRIPT = join(import.meta.dirname, '../interop/python/join_study.py');

/** A study that processes of both programs run, and are killed. */
interface Mixed {
  readonly label: string;
  readonly folder: string;
  readonly url: string;
  /** The URL for Optuna, with the driver that is installed beside it. */
  readonly theirUrl: string;
  /** The number of processes of each program. */
  readonly each: number;
  readonly target: number;
  readonly kills: number;
  /** The arguments of a process of ours, after its study. */
  readonly command: 'run' | 'worker';
  /** The seconds between the heartbeats of Optuna's processes; undefined for none. */
  readonly heartbeats?: number;
}

async function killBoth(mixed: Mixed): Promise<void> {
  const { folder, url, theirUrl, each, target, command, heartbeats } = mixed;
  const rng = Rng.of(SWEEP_SEED, 0, `mixed ${mixed.label}`);
  const file = writeKnownStudy(folder, { ms: 60, retrain: true });
  const runs: HpoProcess[] = [];
  const run = (name: 'run' | 'worker') => {
    const args = [name, file, '--trials', String(target), '--workers', '1'];
    const started = new HpoProcess(folder, args, { HPO_STORAGE: url });
    runs.push(started);
    return started;
  };
  const said = new Map<ChildProcess, string>();
  const python = () => {
    // Optuna does not count what others run, so that it stops before the target.
    const args = [SCRIPT, theirUrl, 'study', String(target - 8 * each), ...(heartbeats ? [String(heartbeats)] : [])];
    const started = spawn(PYTHON, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    started.stderr.on('data', (chunk) => said.set(started, (said.get(started) ?? '') + String(chunk)));
    return started;
  };
  const first = run(command);
  await first.waitFor('trial-finished');
  const ours = [first, ...Array.from({ length: each - 1 }, () => run(command))];
  const theirs = Array.from({ length: each }, python);
  let killed = 0;
  const kills = { hpo: 0, Optuna: 0 };
  const isOver = () => ours.every(({ child }) => child.exitCode !== null);
  while (killed < mixed.kills && !isOver()) {
    await sleep(rng.uniform(0, 2_000));
    const at = rng.integer(each);
    if (rng.integer(2) === 0) {
      const victim = ours[at] as HpoProcess;
      if (!victim.child.kill('SIGKILL')) continue; // it has reached the target
      await victim.ended;
      ours[at] = run(command);
      kills.hpo++;
    } else {
      const victim = theirs[at] as ChildProcess;
      if (victim.exitCode !== null || victim.stdout === null) continue; // it has its trials
      await Promise.race([
        new Promise((resolve) => victim.stdout?.once('data', resolve)),
        sleep(rng.uniform(0, 20_000)),
      ]);
      if (!victim.kill('SIGKILL')) continue;
      theirs[at] = python();
      kills.Optuna++;
    }
    killed++;
  }
  for (const one of ours) expect(await one.ended).toEqual({ code: 0, stderr: '' });
  for (const child of theirs) {
    if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
  }
  expect(await run('run').ended).toEqual({ code: 0, stderr: '' });
  const trials = await trialsIn(url);
  const isTheirs = ({ systemAttrs }: FrozenTrial) => !('hpo:lease' in systemAttrs);
  const audit = await auditStudy(folder, {
    runs,
    target,
    retrained: true,
    url: url.startsWith('sqlite:') ? undefined : url,
    // Optuna takes back the trials of its killed processes only by their heartbeats.
    mayStayRunning: (trial) => trial.state === 'RUNNING' && isTheirs(trial),
  });
  const byOptuna = trials.filter(({ userAttrs }) => userAttrs.by === 'Optuna').length;
  addRow('Optuna and hpo in one study', {
    storage: mixed.label,
    killed: `${kills.hpo} of hpo, ${kills.Optuna} of Optuna`,
    trials: target,
    'by Optuna': byOptuna,
    "Optuna's left running": trials.filter(({ state }) => state === 'RUNNING').length,
    ...sumUp([audit]),
  });
  expect(faultsOf([audit])).toEqual([]);
  const odd = [...said.values()].filter((text) => !/database is locked/.test(text));
  expect(odd).toEqual([]);
  expect(byOptuna).toBeGreaterThan(0);
  const complete = trials.filter(({ state }) => state === 'COMPLETE');
  const best = complete.reduce((a, b) => ((b.values?.[0] ?? 0) < (a.values?.[0] ?? 0) ? b : a));
  expect((await describeByOptuna(theirUrl)).best).toEqual([[best.number]]);
}

describeWithOptuna('one study of Optuna and hpo loses and doubles nothing when processes of both are killed', () => {
  it('in an SQLite file', { timeout: HOUR }, async () => {
    const folder = tempFolder();
    const url = `sqlite:///${join(folder, 'hpo.db')}`;
    const sizes = { each: 2, target: scaled(200, 60), kills: scaled(24, 6) };
    await killBoth({ label: 'SQLite', folder, url, theirUrl: url, command: 'run', ...sizes });
  });

  for (const heartbeats of [undefined, 1]) {
    const label = heartbeats === undefined ? 'PostgreSQL' : `PostgreSQL, Optuna's heartbeats each ${heartbeats} s`;
    it.skipIf(!hasPostgres)(`in ${label}`, { timeout: HOUR }, async () => {
      const url = await freshDatabase();
      const sizes = { each: 4, target: scaled(400, 100), kills: scaled(40, 8) };
      const theirUrl = url.replace('postgresql:', 'postgresql+psycopg:');
      const more = heartbeats === undefined ? {} : { heartbeats };
      await killBoth({ label, folder: tempFolder(), url, theirUrl, command: 'worker', ...sizes, ...more });
    });
  }
});
