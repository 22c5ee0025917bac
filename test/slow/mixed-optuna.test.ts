import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { describeWithOptuna, PYTHON } from '../interop/optuna-python.ts';
import { HpoProcess } from '../runner/hpo-process.ts';
import { storedTrials } from '../runner/stored-trials.ts';
import { auditStudy, faultsOf, sumUp } from '../support/audit.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const SCRIPT = join(import.meta.dirname, '../interop/python/join_study.py');

describeWithOptuna('one study of Optuna and hpo', () => {
  it('loses and doubles nothing when processes of both are killed', { timeout: HOUR }, async () => {
    const rng = Rng.of(SWEEP_SEED, 0, 'mixed');
    const target = scaled(200, 60);
    const folder = tempFolder();
    const url = `sqlite:///${join(folder, 'hpo.db')}`;
    const file = writeKnownStudy(folder, { ms: 60, retrain: true });
    const runs: HpoProcess[] = [];
    const programs: ChildProcess[] = [];
    const run = (trials: number) => {
      const started = new HpoProcess(folder, ['run', file, '--trials', String(trials), '--workers', '1']);
      runs.push(started);
      return started;
    };
    const python = () => {
      // Optuna does not count what others run, so that it stops before the target.
      const started = spawn(PYTHON, [SCRIPT, url, 'study', String(target - 30)], { stdio: ['ignore', 'pipe', 'pipe'] });
      programs.push(started);
      return started;
    };
    const first = run(target);
    await first.waitFor('trial-finished');
    const [ours, theirs] = [
      [first, run(target)],
      [python(), python()],
    ];
    const said = new Map<ChildProcess, string>();
    const watch = (child: ChildProcess) =>
      child.stderr?.on('data', (chunk) => said.set(child, (said.get(child) ?? '') + String(chunk)));
    theirs.forEach(watch);
    let killed = 0;
    const kills = { hpo: 0, Optuna: 0 };
    while (killed < scaled(24, 6)) {
      await sleep(rng.uniform(0, 2_000));
      const at = rng.integer(2);
      if (rng.integer(2) === 0) {
        const victim = ours[at] as HpoProcess;
        if (!victim.child.kill('SIGKILL')) break; // the study is finished
        await victim.ended;
        ours[at] = run(target);
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
        watch(theirs[at] as ChildProcess);
        kills.Optuna++;
      }
      killed++;
    }
    for (const one of ours) expect(await one.ended).toEqual({ code: 0, stderr: '' });
    for (const child of theirs) {
      if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once('exit', done));
    }
    const last = run(target);
    expect(await last.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    const isTheirs = ({ systemAttrs }: (typeof trials)[number]) => !('hpo:lease' in systemAttrs);
    const audit = await auditStudy(folder, {
      runs,
      target,
      retrained: true,
      // Optuna does not take back the trials of its killed processes.
      mayStayRunning: (trial) => trial.state === 'RUNNING' && isTheirs(trial),
    });
    const byOptuna = trials.filter(({ userAttrs }) => userAttrs.by === 'Optuna').length;
    addRow('Optuna and hpo in one study', {
      killed: `${kills.hpo} of hpo, ${kills.Optuna} of Optuna`,
      trials: target,
      'by Optuna': byOptuna,
      "Optuna's left running": trials.filter(({ state }) => state === 'RUNNING').length,
      ...sumUp([audit]),
    });
    expect(faultsOf([audit])).toEqual([]);
    expect([...said.values()].filter((text) => !/database is locked/.test(text))).toEqual([]);
    expect(byOptuna).toBeGreaterThan(0);
    expect(programs.length).toBeGreaterThan(2);
  });
});
