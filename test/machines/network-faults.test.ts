import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { IN_NAMESPACE, mayUnshare, namespaceNote } from '../support/pid-namespace.ts';
import { freshDatabase, hasPostgres, postgresNote, startServer } from '../support/postgres.ts';
import { countStates, trialsIn } from '../support/stored-trials.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

// Runs of a study on a PostgreSQL server, and the faults of the network between them, which a proxy makes.

const REPORTING = `
    for (let step = 0; step < 4; step++) {
      await trial.report(params.x + step, step);
      await sleep(20);
    }
    return params.x;`;

/** Runs the study in a folder of its own. @param wrapper as for {@link HpoProcess}. */
function run(objective: string, args: readonly string[], env: Record<string, string>, wrapper?: readonly string[]) {
  const folder = tempFolder();
  const study = writeStudy(folder, objective, 'sampler: random(),');
  return new HpoProcess(folder, ['run', study, '--no-retrain', ...args], env, wrapper);
}

/** Expects trials that are numbered from 0 on, all complete with all their reports. */
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
    const search = run(REPORTING, ['--trials', '24', '--workers', '2'], { HPO_STORAGE: server.url() });
    for (const how of ['fast', 'immediate'] as const) {
      const before = search.of('trial-finished').length;
      await search.waitFor('trial-finished', ({ trial }) => trial >= before + 2);
      const warnings = search.of('warning').length;
      await server.stop(how);
      await search.waitFor('warning', (event) => search.of('warning').indexOf(event) >= warnings);
      await server.start();
    }
    expect(await search.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(server.url()), 24);
    const waits =
      /^waiting for (.*), which (?:cannot be reached|is starting up|has closed the connection).*\(600 s at most\)$/;
    const goesOn = /^(.*) can be used again, after \d+ s$/;
    const said = search
      .of('warning')
      .map(({ message }) => (waits.exec(message) ?? goesOn.exec(message) ?? [message])[1]);
    expect(said).toEqual(Array(4).fill(server.url()));
  });

  it('goes on after its connections were cut', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const search = run(REPORTING, ['--trials', '24', '--workers', '2'], { HPO_STORAGE: proxy.through(url) });
    for (let cut = 0; cut < 3; cut++) {
      const before = search.of('trial-finished').length;
      await search.waitFor('trial-finished', ({ trial }) => trial >= before + 2);
      await proxy.set('refused');
      await sleep(cut * 1000);
      await proxy.set('open');
    }
    expect(await search.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(url), 24);
  });

  it('goes on where each message and its answer take 200 ms, and through a silence', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    proxy.delayMs = 100; // in each direction
    const search = run(REPORTING, ['--trials', '6', '--workers', '2'], { HPO_STORAGE: proxy.through(url) });
    await search.waitFor('trial-finished');
    await proxy.set('silent');
    await sleep(2_000);
    await proxy.set('open');
    expect(await search.ended).toEqual({ code: 0, stderr: '' });
    expectWhole(await trialsIn(url), 6);
  });

  it.skipIf(!mayUnshare)(`that is cut off for longer than its grace time loses its trial${namespaceNote}`, async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const healed = join(tempFolder(), 'healed');
    const objective = `
      if (process.env.HEALED) {
        while (!existsSync(process.env.HEALED)) await sleep(50); // and sees no signal
        await trial.report(1000, 9).then(() => log('stored'), (error) => log(error.code));
      }
      ${REPORTING}`;
    const args = ['--trials', '6', '--workers', '1'];
    const grace = { HPO_GRACE: '6' }; // long enough for a coordinator on a busy machine
    const lost = run(objective, args, { HPO_STORAGE: proxy.through(url), HEALED: healed, ...grace }, IN_NAMESPACE);
    expect((await lost.waitFor('trial-started')).trial).toBe(0);
    await proxy.set('silent');
    const heir = run(objective, args, { HPO_STORAGE: url, ...grace }, IN_NAMESPACE);
    await heir.waitFor('trial-requeued', ({ trial }) => trial === 0);
    await heir.waitFor('trial-finished', ({ trial }) => trial === 0);
    await proxy.set('open');
    writeFileSync(healed, '');
    const told = await lost.waitFor('trial-lost');
    expect(told).toMatchObject({ trial: 0, reason: expect.stringContaining('was taken back from this process') });
    for (const search of [lost, heir]) expect(await search.ended).toEqual({ code: 0, stderr: '' });
    const trials = await trialsIn(url);
    expectWhole(trials, 6);
    expect(trials[0]?.systemAttrs['hpo:attempt']).toBe(2);
    expect(lost.of('log').map(({ text }) => text)).not.toContain('stored');
    const finished = [...lost.of('trial-finished'), ...heir.of('trial-finished')].map(({ trial }) => trial);
    expect(finished.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
