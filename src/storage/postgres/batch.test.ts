import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, postgresNote } from '../../../test/support/postgres.ts';
import { type Row, sendBatch } from './batch.ts';
import { freeClient } from './free-client.ts';

describe.skipIf(!hasPostgres)(`connections of a busy process${postgresNote}`, () => {
  let pool: Pool;
  let client: PoolClient;
  beforeEach(async () => {
    const config = { connectionString: await freshDatabase(), max: 1, pipeline: true, connectionTimeoutMillis: 5_000 };
    pool = new Pool(config);
    client = await freeClient(pool);
    client.on('error', () => {}); // a connection that is given up
  });
  afterEach(async () => {
    client.release(true);
    await pool.end();
  });

  const rows = (text: string, limitMs: number): Promise<readonly Row[]> =>
    new Promise((resolve, reject) => {
      sendBatch(client, [{ text, values: [], name: undefined, resolve, reject }], limitMs);
    });

  it('an answer that came while the process had no processor is read, however late', async () => {
    const answer = rows('SELECT 1', 50);
    await new Promise(setImmediate); // it has been sent
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    expect(await answer).toEqual([[1]]);
  });

  it('a connection of which nothing is heard is given up', async () => {
    await expect(rows('SELECT pg_sleep(600)', 50)).rejects.toThrow('Query read timeout');
  });

  it('who waits for a connection in use goes on waiting', async () => {
    const short = new Pool({ ...pool.options, connectionTimeoutMillis: 1_000 });
    const used = await freeClient(short);
    const waiting = freeClient(short);
    await sleep(1_500);
    used.release();
    (await waiting).release();
    await short.end();
  });
});
