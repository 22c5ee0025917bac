import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { IN_NAMESPACE, mayUnshare, namespaceNote } from '../support/pid-namespace.ts';
import { hasPostgres, postgresNote, startServer } from '../support/postgres.ts';
import { countStates, trialsIn } from '../support/stored-trials.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

const TABLE = 'Faults of the network between three machines and their PostgreSQL server';

/** The longest silence is longer, so that trials are lost. */
const GRACE_S = 12;

const OBJECTIVE = `
    for (let step = 0; step < 4; step++) {
      await trial.report(params.x + step, step);
      await sleep(60);
    }
    return params.x;`;

/** The faults in the order in which they come first; afterwards they are drawn. */
const FAULTS = ['cut', 'silence', 'restart', 'delay', 'crash'] as const;

const note = postgresNote || namespaceNote;

describe.skipIf(!hasPostgres || !mayUnshare)(`three machines and a server${note}`, () => {
  it('finish a study, each trial once, whatever happens between them', async () => {
    const rng = Rng.of(SWEEP_SEED, 0, 'network');
    const server = await startServer({ durable: true });
    const target = scaled(1500, 60);
    const machines = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const proxy = await TcpProxy.start(server.port);
        const folder = tempFolder();
        const args = ['run', writeStudy(folder, OBJECTIVE, 'sampler: random(),'), '--trials', String(target)];
        const env = { HPO_STORAGE: proxy.through(server.url()), HPO_GRACE: String(GRACE_S) };
        const run = new HpoProcess(folder, [...args, '--workers', '2', '--no-retrain'], env, IN_NAMESPACE);
        return { proxy, run };
      }),
    );
    const runs = machines.map(({ run }) => run);
    for (const run of runs) await run.waitFor('trial-finished');
    const counts = { cut: 0, silence: 0, restart: 0, delay: 0, crash: 0 };
    const isOver = () => runs.every(({ child }) => child.exitCode !== null || child.signalCode !== null);
    for (let at = 0; !isOver(); at++) {
      const fault = FAULTS[at] ?? FAULTS[rng.integer(FAULTS.length)] ?? 'cut';
      const { proxy } = machines[rng.integer(machines.length)] as (typeof machines)[number];
      counts[fault]++;
      if (fault === 'restart' || fault === 'crash') {
        await server.stop(fault === 'crash' ? 'immediate' : 'fast');
        await sleep(1000 * rng.integer(4));
        await server.start();
      } else if (fault === 'delay') {
        proxy.delayMs = 100;
        await sleep(5_000);
        proxy.delayMs = 0;
      } else {
        await proxy.set(fault === 'cut' ? 'refused' : 'silent');
        await sleep(at < 2 ? 30_000 : 1000 * rng.integer(2 * GRACE_S));
        await proxy.set('open');
      }
      await sleep(2_000);
    }
    for (const run of runs) expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await trialsIn(server.url());
    expect(countStates(trials)).toEqual({ COMPLETE: target });
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, at) => at));
    for (const { number, values, params, intermediateValues } of trials) {
      expect(values, `trial ${number}`).toEqual([params.x]);
      expect([...intermediateValues.keys()], `trial ${number}`).toEqual([0, 1, 2, 3]);
    }
    const finished = runs.flatMap((run) => run.of('trial-finished').map(({ trial }) => trial));
    expect(new Set(finished).size).toBe(finished.length);
    const sum = (type: 'trial-lost' | 'trial-requeued') => runs.reduce((total, run) => total + run.of(type).length, 0);
    const lost = sum('trial-lost');
    addRow(TABLE, { trials: target, ...counts, 'taken back': sum('trial-requeued'), 'lost by their runs': lost });
  });
});
