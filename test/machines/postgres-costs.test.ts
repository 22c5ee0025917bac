import { describe, expect, it } from 'vitest';
import { createStudy, float, median, random, space } from '../../src/index.ts';
import { type Lease, leaseOf, openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { freshDatabase, hasPostgres, type PostgresServer, postgresNote, startServer } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const TRIALS = 20;
const REPORTS = 3;

/** The number of the next transaction of a server that writes. */
async function nextTransaction(server: PostgresServer): Promise<number> {
  const [row] = await server.query('SELECT txid_snapshot_xmax(txid_current_snapshot())::int AS next');
  return (row as { readonly next: number }).next;
}

describe.skipIf(!hasPostgres)(`a trial on PostgreSQL${postgresNote}`, () => {
  it('takes six transactions that write, and few round trips, however many trials there are', async () => {
    const server = await startServer({ settings: { autovacuum: 'off' } }); // which would write, too
    const proxy = await TcpProxy.start(server.port);
    const study = await createStudy({
      name: 'costs',
      space: space({ x: float(0, 1), y: float(0, 1) }),
      storage: proxy.through(server.url()),
      sampler: random(),
      pruner: median(),
    });
    const run = (trials: number) =>
      study.optimize(
        async ({ trial, params }) => {
          for (let step = 0; step < REPORTS; step++) {
            await trial.report(params.x + step, step);
            await trial.shouldPrune();
          }
          return params.y;
        },
        { trials },
      );
    await run(TRIALS);
    for (let done = TRIALS; done < 3 * TRIALS; done += TRIALS) {
      const [number, roundTrips] = [await nextTransaction(server), proxy.roundTrips];
      await run(done + TRIALS);
      // Its start, its parameters, its reports and its end; a lease may be renewed meanwhile, beside a write that is
      // then done anew.
      expect(((await nextTransaction(server)) - number) / TRIALS).toBeLessThanOrEqual(REPORTS + 3 + 0.25);
      // One for each of these, and one for each look at the other trials.
      const most = REPORTS + 3 + (REPORTS + 1);
      expect((proxy.roundTrips - roundTrips) / TRIALS).toBeLessThanOrEqual(most + 0.5);
    }
    await study.close();
  });

  it('is not read again by those who do not use its reports, for having reported', async () => {
    const url = await freshDatabase();
    const [one, two] = [await openStorage(url, { create: true }), await openStorage(url, { create: true })];
    const study = await one.createStudy({ name: 'lean', directions: ['minimize'] });
    const holder = { id: 'one', graceMs: 60_000, process: null };
    const leases: Lease[] = [];
    while (leases.length < 30) leases.push(leaseOf(study, (await one.startTrial(study, { holder })) as FrozenTrial));
    const { cursor } = await two.changesSince(study, undefined, { reportsOf: [] });
    for (const lease of leases) await one.setIntermediateValue(lease, 0, 1, { loss: 1 });
    await one.finishTrial(leases[3] as Lease, 'COMPLETE', [1]);
    const { trials } = await two.changesSince(study, cursor, { reportsOf: [leases[5]?.trialId as number] });
    expect(trials.map(({ number, state }) => [number, state])).toEqual([
      [3, 'COMPLETE'],
      [5, 'RUNNING'],
    ]);
    await one.close();
    await two.close();
  });

  it('is seen by others in one round trip, however many trials run', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const one = await openStorage(url, { create: true });
    const two = await openStorage(proxy.through(url), { create: false });
    const study = await one.createStudy({ name: 'seen', directions: ['minimize'] });
    const holder = { id: 'one', graceMs: 60_000, process: null };
    const leases: Lease[] = [];
    while (leases.length < 30) leases.push(leaseOf(study, (await one.startTrial(study, { holder })) as FrozenTrial));
    let { cursor } = await two.changesSince(study);
    const before = proxy.roundTrips;
    for (const lease of leases) {
      await one.setTrialAttrs(lease, 'user', { seen: true });
      const changes = await two.changesSince(study, cursor);
      expect(changes.trials.map(({ id, userAttrs }) => [id, userAttrs])).toEqual([[lease.trialId, { seen: true }]]);
      cursor = changes.cursor;
    }
    // One more for each: the end of the transaction before, beside which a second connection is opened, and the first
    // look, which finds only then that somebody else writes.
    expect(proxy.roundTrips - before).toBeLessThanOrEqual(leases.length + 3);
    await one.close();
    await two.close();
  });
});
