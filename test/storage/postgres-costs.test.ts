import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { createStudy, float, median, random, space } from '../../src/index.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

// What a trial costs on a server far away is round trips; what it costs the server, transactions that write.

const TRIALS = 20;
const REPORTS = 3;

/** The transactions of a database that have written so far: each has taken a number. */
async function transactionNumber(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT txid_snapshot_xmax(txid_current_snapshot())::int AS next');
  await client.end();
  return rows[0].next;
}

describe.skipIf(!hasPostgres)(`a trial on PostgreSQL${postgresNote}`, () => {
  it('takes six transactions that write, and few round trips, however many trials there are', async () => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    const study = await createStudy({
      name: 'costs',
      space: space({ x: float(0, 1), y: float(0, 1) }),
      storage: proxy.through(url),
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
    const costs: { writes: number; roundTrips: number }[] = [];
    for (let done = TRIALS; done < 3 * TRIALS; done += TRIALS) {
      const [number, roundTrips] = [await transactionNumber(url), proxy.roundTrips];
      await run(done + TRIALS);
      costs.push({
        writes: ((await transactionNumber(url)) - number) / TRIALS,
        roundTrips: (proxy.roundTrips - roundTrips) / TRIALS,
      });
    }
    await study.close();
    console.log(costs);
    for (const { writes, roundTrips } of costs) {
      expect(writes).toBeLessThanOrEqual(REPORTS + 3.5); // its start, its parameters, its reports, its end
      expect(roundTrips).toBeLessThanOrEqual(30);
    }
  });
});
