import { existsSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, float, space } from '../../src/index.ts';
import { afterFile } from '../support/after-file.ts';
import { freePort } from '../support/free-port.ts';
import { freshDatabase, postgresNote } from '../support/postgres.ts';
import { keep, serverFolder } from '../support/postgres-server.ts';

const PGBOUNCER = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find(existsSync);
const note = postgresNote || (PGBOUNCER === undefined ? ' (skipped: pgbouncer is not installed)' : '');

/** Starts pgbouncer in transaction mode, with a single connection to the server. @returns the URL through it. */
async function poolerOf(url: string): Promise<string> {
  const { port: serverPort, pathname } = new URL(url);
  const folder = serverFolder();
  const port = await freePort();
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 1,
    ignore_startup_parameters: 'options',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const database = `* = host=127.0.0.1 port=${serverPort} user=postgres`;
  writeFileSync(join(folder, 'pgbouncer.ini'), `[databases]\n${database}\n[pgbouncer]\n${lines.join('\n')}\n`);
  const pooler = keep(folder, [PGBOUNCER ?? '', join(folder, 'pgbouncer.ini')], 'TERM');
  afterFile(() => void pooler.end());
  const answers = () =>
    new Promise<boolean>((done) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => done(true)).once('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await answers())) await new Promise((done) => setTimeout(done, 20));
  return `postgresql://postgres@127.0.0.1:${port}${pathname}`;
}

it.skipIf(note !== '')(`trials of two coordinators go through one connection of pgbouncer${note}`, async () => {
  const url = await poolerOf(await freshDatabase());
  const options = { name: 'pooled', storage: `${url}?prepare=false`, ifExists: 'load' as const };
  const studies = [];
  for (let at = 0; at < 2; at++) {
    studies.push(await createStudy({ ...options, direction: 'minimize', space: space({ x: float(0, 1) }) }));
  }
  await Promise.all(
    studies.map((study) =>
      study.optimize(
        async ({ trial, params }) => {
          await trial.report(params.x, 0);
          await trial.setUserAttr('a', 'b');
          return params.x;
        },
        { trials: 10, concurrency: 2 },
      ),
    ),
  );
  const trials = await studies[0]?.trials();
  expect(trials?.map(({ number, state }) => `${number} ${state}`)).toEqual(trials?.map((_, at) => `${at} COMPLETE`));
  expect(trials?.length).toBeGreaterThanOrEqual(10);
  for (const study of studies) await study.close();
});
