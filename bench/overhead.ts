/**
 * What a trial costs besides its objective: five mixed parameters, median pruner, three reports, an objective that
 * costs nothing, SQLite as each makes it. Beside Optuna 5.0.0 in the same run, where `HPO_OPTUNA_PYTHON` or
 * `.venv/bin/python` has it:
 *
 *     npm run bench:overhead -- [trials = 10000] [trials of the peer = 1000]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { categorical, createStudy, float, int, median, random, type Sampler, space, tpe } from '../src/index.ts';
import { peerPython } from './peer/python.ts';

const [ours = 10_000, theirs = 1_000] = process.argv.slice(2).map(Number);
const BLOCK = 100;
const python = theirs > 0 ? peerPython('HPO_OPTUNA_PYTHON', 'optuna') : undefined;

const mixed = space({
  learningRate: float(1e-5, 1e-1, { log: true }),
  dropout: float(0, 0.9),
  layers: int(1, 8),
  width: int(16, 1024, { log: true }),
  optimizer: categorical(['adam', 'sgd', 'lion', 'rmsprop']),
});

/** The milliseconds that one trial cost, by the block of a hundred trials. */
type Costs = readonly number[];

async function measure(sampler: Sampler, trials: number): Promise<{ costs: Costs; peakMb: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
  try {
    const study = await createStudy({
      name: 's',
      space: mixed,
      storage: join(folder, 'b.db'),
      sampler,
      pruner: median(),
      seed: 1,
    });
    const costs: number[] = [];
    for (let done = 0; done < trials; done += BLOCK) {
      const startedAt = performance.now();
      await study.optimize(
        async ({ trial, params }) => {
          const value = Math.log10(params.learningRate) ** 2 + params.dropout + params.layers + params.width / 1024;
          for (let step = 0; step < 3; step++) {
            await trial.report(value + 3 - step, step);
            await trial.shouldPrune(); // asked, not obeyed: every trial costs the same
          }
          return value;
        },
        { trials: done + BLOCK },
      );
      costs.push((performance.now() - startedAt) / BLOCK);
    }
    await study.close();
    return { costs, peakMb: process.resourceUsage().maxRSS / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measurePeer(sampler: string, trials: number): Costs | undefined {
  if (python === undefined) return undefined;
  const script = join(import.meta.dirname, 'peer/overhead.py');
  return JSON.parse(
    execFileSync(python, [script, sampler, String(trials), String(BLOCK)], { encoding: 'utf8' }),
  ) as Costs;
}

const mean = (values: Costs) => values.reduce((sum, value) => sum + value, 0) / values.length;
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`.padStart(9);

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ms a trial\n`);
for (const [name, sampler] of [
  ['random', random()],
  ['tpe', tpe()],
] as const) {
  const { costs, peakMb } = await measure(sampler, ours);
  const peer = measurePeer(name, theirs);
  console.log(`${name}: peak memory ${peakMb.toFixed(0)} MB`);
  const scale = Math.max(...costs);
  for (const at of [100, 200, 500, 1_000, 2_000, 5_000, 10_000].filter((count) => count <= ours)) {
    const [own, other] = [costs[at / BLOCK - 1] ?? 0, peer?.[at / BLOCK - 1]];
    const beside = other === undefined ? '' : `   Optuna ${ms(other)}   ${(other / own).toFixed(0)} ×`;
    console.log(
      `  at ${String(at).padStart(6)} trials ${ms(own)} ${'█'.repeat(Math.ceil((own / scale) * 30)).padEnd(30)}${beside}`,
    );
  }
  const first = costs.slice(0, 1_000 / BLOCK);
  const ratio = peer === undefined ? '' : `   Optuna ${ms(mean(peer))}   ${(mean(peer) / mean(first)).toFixed(0)} ×`;
  console.log(`  mean of the first 1,000 ${ms(mean(first))}${ratio}\n`);
}
