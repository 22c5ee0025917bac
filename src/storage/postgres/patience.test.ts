import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, postgresNote } from '../../../test/support/postgres.ts';
import { parsePostgresUrl } from './address/postgres-url.ts';
import { openPool } from './connection.ts';
import { Transactions } from './transactions.ts';

const LIMIT_MS = 200;

describe.skipIf(!hasPostgres)(`a process that is slower than its server allows${postgresNote}`, () => {
  it.each(['read', 'write'] as const)(
    'goes on to %s, however often its connection was ended meanwhile',
    async (access) => {
      const url = await freshDatabase();
      const server = new Client({ connectionString: url });
      await server.connect();
      const pool = await openPool(parsePostgresUrl(url));
      const transactions = new Transactions({ pool, label: 'db', prepares: true, waiting: { limitMs: LIMIT_MS } });
      let tries = 0;
      const found = await transactions[access](async (session) => {
        const [pid] = (await session.row<[number]>('SELECT pg_backend_pid()')) ?? [];
        if (++tries < 4) {
          await sleep(LIMIT_MS);
          await server.query('SELECT pg_terminate_backend($1)', [pid]);
          const gone = async () =>
            (await server.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount;
          await expect.poll(gone).toBe(0);
          await sleep(20); // the end of the connection is heard of
        }
        return session.row<[number]>('SELECT 42');
      });
      expect({ found, tries }).toEqual({ found: [42], tries: 4 });
      await transactions.close();
      await server.end();
    },
  );

  it('does not take the time for which it had no processor for silence of the server', async () => {
    const pool = await openPool(parsePostgresUrl(await freshDatabase()));
    const transactions = new Transactions({ pool, label: 'db', prepares: true, waiting: { limitMs: 1_500 } });
    await transactions.read((session) => session.row('SELECT 1')); // a server that was there is waited for
    let tries = 0;
    await transactions.read(async (session) => {
      tries++;
      if (tries === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
      if (tries < 3) await session.row('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(tries).toBe(3);
    await transactions.close();
  });

  it('gives up on a server that ends each of its connections', async () => {
    const pool = await openPool(parsePostgresUrl(await freshDatabase()));
    const transactions = new Transactions({ pool, label: 'db', prepares: true, waiting: { limitMs: LIMIT_MS } });
    await transactions.read((session) => session.row('SELECT 1'));
    const ending = transactions.read((session) => session.row('SELECT pg_terminate_backend(pg_backend_pid())'));
    await expect(ending).rejects.toThrow(/^db has closed the connection/);
    await transactions.close();
  });
});
