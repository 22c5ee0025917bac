import type { Pool, PoolConfig } from 'pg';
import type { PostgresAddress } from './address/postgres-url.ts';
import { connectionConfig } from './address/tls-probe.ts';
import { SILENCE_MS } from './batch.ts';
import { loadPg } from './load-pg.ts';
import { SETTINGS } from './transactions.ts';

/**
 * The most connections of one storage: one for its writes, which may wait for a lock, and one for what is read
 * meanwhile. A study of many machines must leave the server room for all of them.
 */
const MOST_CONNECTIONS = 2;
const IDLE_MS = 30_000;

/** The settings of a session, as a connection begins with them; a pooler in transaction mode would refuse them. */
const OPTIONS = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);

/**
 * The connections to a database, none of them opened yet.
 * @throws HpoError HPO_INSTALLATION without `pg`; the system's error where the server cannot be reached.
 */
export async function openPool(address: PostgresAddress): Promise<Pool> {
  const { Pool } = loadPg();
  const config = await connectionConfig(address);
  const options: PoolConfig & { readonly pipeline: boolean } = {
    ...config,
    options: address.prepare ? [config.options, ...OPTIONS].filter(Boolean).join(' ') : config.options,
    max: MOST_CONNECTIONS,
    pipeline: true,
    query_timeout: SILENCE_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
  };
  const pool = new Pool(options);
  // A connection that is lost while nobody uses it is opened anew when it is needed.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
