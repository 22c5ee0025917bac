/**
 * The cost of a trial besides its objective on a PostgreSQL server, in processes that share one study: ours and
 * Optuna's take turns, each on a new database of the same server, which has its files on a disk and syncs them.
 *
 *     npm run bench:overhead -- --storage postgresql [seconds of a turn = 20] [processes = 1,4,8]
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { endFile } from '../../test/support/after-file.ts';
import { hasPostgres, newCluster, PostgresServer } from '../../test/support/postgres-server.ts';
import { peerPython } from '../peer/python.ts';
import { serverCpuMs, transactions } from '../server-load.ts';
import { WarmProcess } from '../warm-process.ts';

const [seconds = '20', processes = '1,4,8'] = process.argv.slice(4);
const here = import.meta.dirname;

interface Turn {
  readonly trials: number;
  readonly cpuMs: number;
}

/** What a turn of several processes together has shown. */
interface Measured {
  readonly perSecond: number;
  readonly msPerTrial: number;
  readonly clientCpuMs: number;
  readonly serverCpuMs: number;
  readonly transactions: number;
}

type Program = (url: string, sampler: string) => WarmProcess;

const ours: Program = (url, sampler) =>
  new WarmProcess(process.execPath, [
    ...['--import', 'tsx', '--conditions=hpo-source', join(here, 'client.ts')],
    ...[url, sampler],
  ]);

async function measure(server: PostgresServer, start: Program, sampler: string, count: number): Promise<Measured> {
  const database = `bench_${process.hrtime.bigint()}`;
  await server.query(`CREATE DATABASE ${database}`);
  const url = server.url(database);
  const all: WarmProcess[] = [];
  for (let n = 0; n < count; n++) {
    const each = start(url, sampler);
    await each.read(); // one after the other, since the first lays out the tables
    all.push(each);
  }
  const turn = (length: number) => Promise.all(all.map((each) => each.turn<Turn>(length)));
  await turn(2); // a warm start: connections, statements, compiled code
  const before = { cpu: serverCpuMs(server.pid), transactions: await transactions(server, database) };
  const startedAt = performance.now();
  const turns = await turn(Number(seconds));
  const elapsedS = (performance.now() - startedAt) / 1000;
  const sum = (of: (turn: Turn) => number) => turns.reduce((total, each) => total + of(each), 0);
  const trials = sum((each) => each.trials);
  const cpu = serverCpuMs(server.pid) - before.cpu;
  const made = (await transactions(server, database)) - before.transactions;
  for (const each of all) await each.end();
  await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
  return {
    perSecond: trials / elapsedS,
    msPerTrial: (elapsedS * 1000 * count) / trials,
    clientCpuMs: sum((each) => each.cpuMs) / trials,
    serverCpuMs: cpu / trials,
    transactions: made / trials,
  };
}

const column = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0).padStart(9);

function line(name: string, sampler: string, count: number, measured: Measured): string {
  const { perSecond, msPerTrial, clientCpuMs, serverCpuMs, transactions } = measured;
  const figures = [perSecond, msPerTrial, clientCpuMs, serverCpuMs, transactions].map(column).join('');
  return `${name.padEnd(8)}${sampler.padEnd(8)}${String(count).padStart(9)}${figures}`;
}

export async function compare(): Promise<void> {
  if (!hasPostgres) throw new Error('There is no PostgreSQL server on this machine.');
  const python = peerPython('HPO_OPTUNA_PYTHON', 'optuna');
  const theirs: Program = (url, sampler) =>
    new WarmProcess(python as string, [
      join(here, '../peer/overhead_postgresql.py'),
      url.replace('postgresql:', 'postgresql+psycopg:'),
      sampler,
    ]);
  const server = await PostgresServer.start(await newCluster(), {
    durable: true,
    settings: { shared_buffers: '128MB' },
  });
  try {
    const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
    console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, PostgreSQL ${server.version}`);
    console.log(`turns of ${seconds} s; load ${load}\n`);
    const heads = ['trials/s', 'ms/trial', 'client', 'server', 'commits'].map((head) => head.padStart(9)).join('');
    console.log(`${''.padEnd(16)}processes${heads}   (client, server: ms of processor time a trial)`);
    for (const sampler of ['random', 'tpe']) {
      for (const count of processes.split(',').map(Number)) {
        const own = await measure(server, ours, sampler, count);
        console.log(line('hpo', sampler, count, own));
        if (python === undefined) continue;
        const peer = await measure(server, theirs, sampler, count);
        console.log(line('Optuna', sampler, count, peer));
        console.log(`${''.padEnd(16)}${(own.perSecond / peer.perSecond).toFixed(1).padStart(18)} ×\n`);
      }
    }
  } finally {
    server.close();
    endFile();
  }
}
