/**
 * The cost of a trial besides its objective, beside that of another checkout of hpo, such as the one before a change:
 * five mixed parameters, median pruner, three reports, SQLite. Both are measured in turns, each time in a new process,
 * and the medians of the ratios of the pairs are printed:
 *
 *     npm run bench:trial-cost -- ../other-checkout [pairs = 10] [trials = 1500]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Trials that are run before the measurement, until the process is warm. */
const WARM_UP = 300;
const SAMPLERS = ['random', 'tpe'] as const;
const OWN = fileURLToPath(new URL('..', import.meta.url));

/** The milliseconds that a trial costs. */
interface Cost {
  readonly wall: number;
  /** In processor time. */
  readonly cpu: number;
}

type Costs = Readonly<Record<(typeof SAMPLERS)[number], Cost>>;

const [first = '', second = '', third = ''] = process.argv.slice(2);
if (first === '--measure') console.log(JSON.stringify(await measure(second, Number(third))));
else compare(resolve(first), Number(second || 10), Number(third || 1500));

function compare(other: string, pairs: number, trials: number): void {
  const run = (checkout: string): Costs => {
    const program = ['--conditions=hpo-source', '--import', 'tsx', fileURLToPath(import.meta.url)];
    const args = [...program, '--measure', checkout, String(trials)];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' }));
  };
  const measured = Array.from({ length: pairs }, (_, pair) => {
    const [one, two] = pair % 2 === 0 ? [run(other), run(OWN)] : [run(OWN), run(other)].reverse();
    return { theirs: one as Costs, ours: two as Costs };
  });
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ${pairs} pairs of ${trials} trials`,
  );
  for (const sampler of SAMPLERS) {
    const ratio = (kind: keyof Cost) =>
      median(measured.map(({ theirs, ours }) => ours[sampler][kind] / theirs[sampler][kind])).toFixed(2);
    const least = (side: 'theirs' | 'ours') => Math.min(...measured.map((pair) => pair[side][sampler].cpu)).toFixed(2);
    console.log(
      `${sampler.padEnd(7)} processor time × ${ratio('cpu')}  time × ${ratio('wall')}  (least: ${least('ours')} ms, there ${least('theirs')} ms)`,
    );
  }
}

async function measure(checkout: string, trials: number): Promise<Costs> {
  const hpo: typeof import('../src/index.ts') = await import(pathToFileURL(join(checkout, 'src/index.ts')).href);
  const { categorical, createStudy, float, int, median, space } = hpo;
  const costs: [string, Cost][] = [];
  for (const name of SAMPLERS) {
    const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
    const study = await createStudy({
      name: 's',
      space: space({
        learningRate: float(1e-5, 1e-1, { log: true }),
        dropout: float(0, 0.9),
        layers: int(1, 8),
        width: int(16, 1024, { log: true }),
        optimizer: categorical(['adam', 'sgd', 'lion', 'rmsprop']),
      }),
      storage: join(folder, 'b.db'),
      sampler: hpo[name](),
      pruner: median(),
      seed: 1,
    });
    const run = (target: number) =>
      study.optimize(
        async ({ trial, params }) => {
          const value = Math.log10(params.learningRate) ** 2 + params.dropout + params.layers + params.width / 1024;
          for (let step = 0; step < 3; step++) {
            await trial.report(value + 3 - step, step);
            await trial.shouldPrune(); // called, not obeyed: every trial costs the same
          }
          return value;
        },
        { trials: target },
      );
    await run(WARM_UP);
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    await run(WARM_UP + trials);
    const { user, system } = process.cpuUsage(before);
    costs.push([name, { wall: (performance.now() - startedAt) / trials, cpu: (user + system) / 1000 / trials }]);
    await study.close();
    rmSync(folder, { recursive: true });
  }
  return Object.fromEntries(costs) as unknown as Costs;
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = (ascending.length - 1) / 2;
  return ((ascending[Math.floor(middle)] as number) + (ascending[Math.ceil(middle)] as number)) / 2;
}
