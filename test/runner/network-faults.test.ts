import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { freshDatabase, hasPostgres, postgresNote, startServer } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { HpoProcess } from './hpo-process.ts';
import { countStates } from './stored-trials.ts';
import { writeStudy } from './studies.ts';

// Runs of a study on a PostgreSQL server, and the faults of the network between them, which a proxy makes.

const REPORTING = `
    for (let step = 0; step < 4; step++) {
      await trial.report(params.x + step, step);
      await sleep(20);
    }
    return params.x;`;

/** The trials of the study `study` in a database. */
async function trialsIn(url: string): Promise<readonly FrozenTrial[]> {
  const storage = await openStorage(url, { create: false });
  try {
    const record = await storage.findStudy('study');
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

/** Starts the study in a folder of its own, on what it takes for a machine of its own. */
function start(file: { objective: string; more?: string }, url: string, args: readonly string[], env = {}) {
  const folder = tempFolder();
  const study = writeStudy(folder, file.objective, `sampler: random(), ${file.more ?? ''}`);
  const all = ['run', study, '--no-retrain', ...args];
  return new HpoProcess(folder, all, { HPO_STORAGE: url, ...env });
}

/** Whether trials are numbered from 0 on, all complete with all their reports. */
function expectWhole(trials: readonly FrozenTrial[], count: number): void {
  expect(countStates(trials)).toEqual({ COMPLETE: count });
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, at) => at));
  for (const { number, values, params, intermediateValues } of trials) {
    expect(values, `trial ${number}`).toEqual([params.x]);
    expect([...intermediateValues.keys()], `trial ${number}`).toEqual([0, 1, 2, 3]);
  }
}

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe.skipIf(!hasPostgres)(`a run on PostgreSQL${postgresNote}`, { concurrent: true }, () => {
  it('waits for a server that is restarted, says so, and goes on', async () => {
    const server = await startServer();
    const run = start({ objective: REPORTING }, server.url(), ['--trials', '24', '--workers', '2']);
    for (const how of ['fast', 'immediate'] as const) {
      const before = run.of('trial-finished').length;
      await run.waitFor('trial-finished', ({ trial }) => trial >= before + 2);
      const warnings = run.of('warning').length;
      await server.stop(how);
      await run.waitFor('warning', (event) => run.of('warning').indexOf(event) >= warnings);
      await server.start();
    }
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(server.url()), 24);
    const said = run.of('warning').map(({ message }) => message.replace(/\d+ s$/, 'N s'));
    const label = server.url().replace(/:\d+/, ':PORT');
    expect(said.map((message) => message.replace(/:\d+\//, ':PORT/'))).toEqual([]);
    expect(label).toBe('');
  });

  it('goes on after its connections were cut', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const run = start({ objective: REPORTING }, proxy.through(url), ['--trials', '24', '--workers', '2']);
    for (let cut = 0; cut < 3; cut++) {
      const before = run.of('trial-finished').length;
      await run.waitFor('trial-finished', ({ trial }) => trial >= before + 2);
      await proxy.set('refused');
      await sleep(cut * 1000);
      await proxy.set('open');
    }
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(url), 24);
  });

  it('goes on where each message takes 200 ms, and through a silence', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    proxy.delayMs = 100; // in each direction
    const run = start({ objective: REPORTING }, proxy.through(url), ['--trials', '6', '--workers', '2']);
    await run.waitFor('trial-finished');
    await proxy.set('silent');
    await sleep(2_000);
    await proxy.set('open');
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(url), 6);
  });
});
