import { readdirSync, readFileSync } from 'node:fs';
import type { PostgresServer } from '../test/support/postgres-server.ts';

const TICK_MS = 10; // of the clock in which /proc counts processor time

/** The processor time that a server and all its processes, ended ones too, have taken so far, in milliseconds. */
export function serverCpuMs(pid: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    } catch {
      continue; // it has ended just now
    }
    // Behind the name, which may hold spaces: state, parent, …, and from the 12th on the times of itself and of its children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isServer = Number(entry) === pid;
    if (!isServer && Number(fields[1]) !== pid) continue;
    const times = fields.slice(11, isServer ? 15 : 13).map(Number);
    ticks += times.reduce((sum, time) => sum + time, 0);
  }
  return ticks * TICK_MS;
}

/** The transactions of a database so far, those that only read included. */
export async function transactions(server: PostgresServer, database: string): Promise<number> {
  const [row] = (await server.query(
    `SELECT (xact_commit + xact_rollback)::int AS count FROM pg_stat_database WHERE datname = '${database}'`,
  )) as readonly { readonly count: number }[];
  return row?.count ?? 0;
}
