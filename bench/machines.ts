/**
 * Many machines on one study, in miniature: coordinators with a storage, leases and a sampler of their own each, in a
 * few processes, share one PostgreSQL server until the study has its trials. A trial takes as long as its share of the
 * real one: it reports three times and sleeps.
 *
 *     npm run bench:machines -- [coordinators = 200] [trials = 20000] [ms a trial = 4000] [processes = 8]
 *
 * The server's load is set beside the model in which a coordinator reads, for each trial, the trials that have changed
 * since its last look: about one line of each of the others' running trials, and each finished trial once.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '../src/storage/index.ts';
import { isFinished } from '../src/trial/frozen-trial.ts';
import { endFile } from '../test/support/after-file.ts';
import { newCluster, PostgresServer } from '../test/support/postgres-server.ts';
import { serverCpuMs } from './server-load.ts';
import { WarmProcess } from './warm-process.ts';

const [coordinators = 200, trials = 20_000, trialMs = 4_000, processes = 8] = process.argv.slice(2).map(Number);

/** What the server has done for a database so far. */
interface Work {
  readonly transactions: number;
  readonly rows: number;
}

const server = await PostgresServer.start(await newCluster(), {
  durable: true,
  settings: { max_connections: 2 * coordinators + 20, shared_buffers: '256MB' },
});

async function work(): Promise<Work> {
  const [row] = await server.query(
    `SELECT (xact_commit + xact_rollback)::int AS transactions, tup_fetched::float8 AS rows
     FROM pg_stat_database WHERE datname = 'postgres'`,
  );
  return row as Work;
}

try {
  const url = server.url();
  const each = Math.ceil(coordinators / processes);
  const all: WarmProcess[] = [];
  for (let begun = 0; begun < coordinators; begun += each) {
    const count = Math.min(each, coordinators - begun);
    const args = [url, String(count), String(trialMs)];
    const program = [
      '--import',
      'tsx',
      '--conditions=hpo-source',
      join(import.meta.dirname, 'machines/coordinators.ts'),
    ];
    const started = new WarmProcess(process.execPath, [...program, ...args]);
    await started.read();
    all.push(started);
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, PostgreSQL ${server.version}`);
  console.log(`${coordinators} coordinators in ${all.length} processes, ${trials} trials of ${trialMs} ms;`);
  console.log(`load before: ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}\n`);
  const [before, cpuBefore, startedAt] = [await work(), serverCpuMs(server.pid), performance.now()];
  const turns = await Promise.all(all.map((one) => one.turn<{ finished: number; cpuMs: number }>(trials)));
  const seconds = (performance.now() - startedAt) / 1000;
  const [after, cpuMs] = [await work(), serverCpuMs(server.pid) - cpuBefore];
  for (const one of all) await one.end();

  const storage = await openStorage(url, { create: false });
  const record = await storage.findStudy('machines');
  const stored = record === undefined ? [] : (await storage.changesSince(record)).trials;
  await storage.close();
  const finished = stored.filter(({ state }) => isFinished(state)).length;
  const gapless = stored.every(({ number }, at) => number === at);
  const reported = turns.reduce((sum, turn) => sum + turn.finished, 0);
  const wrong = stored.filter(({ values, params }) => values?.[0] !== params.x).length;
  const clientCpuMs = turns.reduce((sum, turn) => sum + turn.cpuMs, 0);

  const show = (name: string, value: string) => console.log(`  ${name.padEnd(44)}${value}`);
  show('finished, of the target', `${finished} of ${trials}`);
  show('stored, numbered without gaps', `${stored.length}, ${gapless ? 'yes' : 'no'}`);
  show('finished as the coordinators counted', String(reported));
  show('with a value that is not theirs', String(wrong));
  show('seconds; trials a second', `${seconds.toFixed(0)}; ${(finished / seconds).toFixed(1)}`);
  show(
    'transactions a trial; a second',
    `${per(after.transactions - before.transactions)}; ${persec(after.transactions - before.transactions)}`,
  );
  show('rows read a trial; a second', `${per(after.rows - before.rows)}; ${persec(after.rows - before.rows)}`);
  show("server's processor time a trial", `${(cpuMs / finished).toFixed(1)} ms`);
  show("coordinators' processor time a trial", `${(clientCpuMs / finished).toFixed(1)} ms`);

  function per(total: number): string {
    return (total / finished).toFixed(0);
  }
  function persec(total: number): string {
    return (total / seconds).toFixed(0);
  }
} finally {
  server.close();
  endFile();
}
