/**
 * Measures the cost of commands over a study of very many trials: seconds, processor seconds (of all its processes) and
 * the peak memory of the largest process, in a new process each, the median of some rounds:
 *
 *     npm run bench:scale -- [trials = 100000] [rounds = 3] [another checkout to be measured]
 *
 * `hpo trials` without a limit is measured with 4,000 and with 20,000 trials.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { storeTrials } from './scale/stored-trials.ts';

const [trials = 100_000, rounds = 3] = process.argv.slice(2, 4).map(Number);
const checkout = resolve(process.argv[4] ?? fileURLToPath(new URL('..', import.meta.url)));
const TABLES = [4000, 20_000];
/** The time in milliseconds after which a command is given up. */
const LONGEST_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
const study = 'study.ts';
const usageFile = join(folder, 'usage');
const preload = pathToFileURL(fileURLToPath(new URL('scale/resource-usage.mjs', import.meta.url))).href;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

/** One run of a command over a copy of a database; undefined where it did not end. */
function run(args: readonly string[], database: string): Cost | undefined {
  const copy = join(folder, 'copy.db');
  copyFileSync(database, copy);
  writeFileSync(usageFile, '');
  const startedAt = performance.now();
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [join(checkout, 'bin/hpo.js'), ...args, '--storage', copy],
    {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: `--import ${preload}`, HPO_BENCH_USAGE: usageFile },
      maxBuffer: 2 ** 30,
      timeout: LONGEST_MS,
    },
  );
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') return undefined;
  if (status !== 0) throw new Error(`hpo ${args.join(' ')} ended with ${status}: ${stderr}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = readFileSync(usageFile, 'utf8').trim().split('\n');
  const used = lines.map((line) => JSON.parse(line) as { readonly maxRSS: number; readonly cpu: number });
  return {
    seconds,
    cpu: used.reduce((sum, { cpu }) => sum + cpu, 0) / 1e6,
    megabytes: used.reduce((most, { maxRSS }) => Math.max(most, maxRSS), 0) / 1024,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}

async function measure(args: readonly string[], count: number): Promise<void> {
  const database = join(folder, `${count}.db`);
  const costs: Cost[] = [];
  const name = `hpo ${args.join(' ')}, ${count.toLocaleString('en')} trials`;
  for (let round = 0; round < rounds; round++) {
    const cost = run(args, database);
    if (cost === undefined) return console.log(`${name}: did not end within ${LONGEST_MS / 1000} s`);
    costs.push(cost);
  }
  const of = (key: keyof Cost, digits: number) => median(costs.map((cost) => cost[key])).toFixed(digits);
  console.log(`${name}: ${of('seconds', 2)} s, ${of('cpu', 2)} s of processor time, ${of('megabytes', 0)} MB`);
}

try {
  // The study as a project that has the measured checkout installed.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(checkout, join(folder, 'node_modules/hpo'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  copyFileSync(new URL('scale/study.ts', import.meta.url), join(folder, study));
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${checkout}`);
  for (const count of new Set([...TABLES, trials])) await storeTrials(join(folder, `${count}.db`), count);
  await measure(['studies'], trials);
  await measure(['best'], trials);
  await measure(['export'], trials);
  await measure(['trials', '--limit', '20'], trials);
  await measure(['trials', '--limit', '20', '--sort', 'value'], trials);
  for (const count of TABLES) await measure(['trials'], count);
  await measure(['trials', '--format', 'csv'], trials);
  await measure(['ask', 'scale'], trials);
  await measure(['run', study, '--trials', String(trials + 1), '--workers', '1', '--no-retrain', '--json'], trials);
  await measure(['importance'], trials);
  await measure(['report', '-o', 'report.html'], trials);
} finally {
  rmSync(folder, { recursive: true });
}
