/**
 * The cost of a trial besides its objective: five mixed parameters, median pruner, three reports, an objective that
 * costs nothing, SQLite as each makes it. It is compared with Optuna 5.0.0 where `HPO_OPTUNA_PYTHON` or
 * `.venv/bin/python` has it; our trials run before and again after Optuna's, and the two are averaged, so that both
 * meet the same load:
 *
 *     npm run bench:overhead -- [trials = 10000] [trials of the peer = 1000]
 *
 * With `--storage postgresql` both run in several processes at once on a PostgreSQL server: bench/overhead/postgresql.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { random, type Sampler, tpe } from '../src/index.ts';
import { openWorkload } from './overhead/workload.ts';
import { peerPython } from './peer/python.ts';
import { WarmProcess } from './warm-process.ts';

if (process.argv[2] === '--storage') {
  await (await import('./overhead/postgresql.ts')).compare();
  process.exit();
}
const [ours = 10_000, theirs = 1_000] = process.argv.slice(2).map(Number);
const BLOCK = 100;
const python = theirs > 0 ? peerPython('HPO_OPTUNA_PYTHON', 'optuna') : undefined;

/** The milliseconds that a trial took, by the block of a hundred trials. */
type Costs = readonly number[];

async function measure(sampler: Sampler, trials: number): Promise<Costs> {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
  try {
    const { study, run } = await openWorkload(join(folder, 'b.db'), sampler);
    const costs: number[] = [];
    for (let done = 0; done < trials; done += BLOCK) {
      const startedAt = performance.now();
      await run(done + BLOCK);
      costs.push((performance.now() - startedAt) / BLOCK);
    }
    await study.close();
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePeer(sampler: string): Promise<Costs> {
  if (python === undefined) return [];
  const peer = new WarmProcess(python, [join(import.meta.dirname, 'peer/overhead.py'), sampler]);
  const costs: number[] = [];
  for (let done = 0; done < theirs; done += BLOCK) costs.push(await peer.turn<number>(BLOCK));
  await peer.end();
  return costs;
}

const mean = (values: Costs) => values.reduce((sum, value) => sum + value, 0) / values.length;
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`.padStart(9);
const beside = (own: number, peer: number) =>
  Number.isNaN(peer) ? '' : `   Optuna ${ms(peer)}   ${(peer / own).toFixed(0)} ×`;

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ms a trial\n`);
for (const [name, make] of Object.entries({ random, tpe })) {
  const before = await measure(make(), ours);
  const peer = await measurePeer(name);
  const after = await measure(make(), Math.min(ours, 1_000));
  const own = before.map((cost, block) => (cost + (after[block] ?? cost)) / 2);
  console.log(`${name}: peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  const scale = Math.max(...own);
  for (const at of [100, 200, 500, 1_000, 2_000, 5_000, 10_000].filter((count) => count <= ours)) {
    const cost = own[at / BLOCK - 1] ?? 0;
    const bar = '█'.repeat(Math.ceil((cost / scale) * 30)).padEnd(30);
    console.log(`  at ${String(at).padStart(6)} trials ${ms(cost)} ${bar}${beside(cost, peer[at / BLOCK - 1] ?? NaN)}`);
  }
  const first = mean(own.slice(0, after.length));
  console.log(`  mean of the first ${after.length * BLOCK}: ${ms(first)}${beside(first, mean(peer))}\n`);
}
