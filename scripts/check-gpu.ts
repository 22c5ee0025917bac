/**
 * Checks training on the GPU of this machine: the numerical tests on every backend that uses one, then images a second
 * beside PyTorch's on the same card, and whether the goals are reached.
 *
 *     npm run check:gpu
 *
 * It needs what `npm ci` installs, the card's driver and, for the comparison, PyTorch with CUDA in `.venv/bin/python`
 * or HPO_TORCH_PYTHON. Of several cards it takes the one that `HPO_GPU=1 CUDA_VISIBLE_DEVICES=1` names. With `--
 * --software` it goes through the same on a software adapter and a CPU, in sizes that show nothing but that all of it
 * runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nvidiaCards, probeBackends } from '../src/training/index.ts';
import { takeSoftwareGpu } from '../test/support/software-gpu.ts';

const tests = [
  'src/training/backend',
  'src/training/kernels/stock-model',
  'src/training/kernels/tensorflow',
  'src/training/kernels/webgpu',
  'src/training/layers/backends',
  'src/training/loop/webgpu',
  'src/training/ops',
  'src/training/optimizers',
  'test/golden/cpu',
];
/** The cases of one process: net and batch size. Those of `packed` end in the number of processes at once. */
const alone = ['R1:64', 'R1:256', 'R1:512', 'R2:128', 'R2:512', 'R5:128', 'R5:512'];
const packed = ['R1:64', 'R1:256'].flatMap((each) => [4, 16].map((count) => `${each}:${count}`));

/** A case's result as bench/training.ts writes it. */
interface Result {
  readonly network: string;
  readonly batchSize: number;
  readonly count: number;
  readonly ours: number;
  readonly peers: readonly number[];
}

const { values: options } = parseArgs({ options: { software: { type: 'boolean', default: false } } });
if (options.software) takeSoftwareGpu();
const cases = options.software ? ['R1:8', 'R1:8:2', 'R2:4'] : [...alone, ...packed];
const sizes = options.software ? ['--turns', '1'] : ['--peer-device', 'cuda'];

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync('npx', args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}

/** Prints a backend's images a second beside PyTorch's. */
function measure(backend: string): Result[] {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-check-'));
  const json = join(folder, 'results.json');
  try {
    const given = ['--backend', backend, '--cases', cases.join(), '--json', json, ...sizes];
    run(['tsx', '--conditions=hpo-source', 'bench/training.ts', ...given]);
    return existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Result[]) : [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printGoals(backend: string, results: readonly Result[]): void {
  const compare = (what: string, ours: number | undefined, peer: number | undefined, goal: number): void => {
    const part = ours !== undefined && peer !== undefined ? ours / peer : undefined;
    const verdict =
      part === undefined ? 'not measured' : `${part.toFixed(2)}, ${part >= goal ? 'reached' : 'not reached'}`;
    console.log(`${backend}, ${what}: ${verdict}; the goal is ${goal} of PyTorch's images a second`);
  };
  const find = (network: string, batchSize: number): Result | undefined =>
    results.find((each) => each.network === network && each.batchSize === batchSize && each.count === 1);
  const large = find('R5', 512);
  compare('R5 at batch 512', large?.ours, large?.peers[0], 0.5);
  for (const batchSize of [64, 256]) {
    const rates = results
      .filter(({ network, batchSize: size, count }) => network === 'R1' && size === batchSize && count > 1)
      .map(({ ours }) => ours);
    const best = rates.length > 0 ? Math.max(...rates) : undefined;
    compare(
      `R1 at batch ${batchSize}, packed, beside one process of PyTorch`,
      best,
      find('R1', batchSize)?.peers[0],
      1,
    );
  }
}

for (const { index, name, memoryBytes, driver } of await nvidiaCards()) {
  console.log(`GPU ${index}: ${name}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory, driver ${driver}`);
}
const probes = (await probeBackends()).filter(({ name }) => name === 'webgpu' || name === 'tensorflow (GPU)');
for (const { name, description } of probes) console.log(`${name}: ${description}`);
const found = probes.filter(({ available }) => available).map(({ name }) => name.split(' ')[0] as string);
const backends = options.software ? ['webgpu'] : found;
if (backends.length === 0) {
  console.log('There is no GPU here that a backend can use; nothing was checked.');
  process.exitCode = 1;
} else {
  // The tests need all digits of float32; without this setting TensorFlow on a GPU drops half of them for speed.
  const env: Record<string, string> = options.software ? {} : { HPO_CHECK_GPU: '1', NVIDIA_TF32_OVERRIDE: '0' };
  run(['vitest', 'run', ...tests], env);
  for (const backend of backends) printGoals(backend, measure(backend));
}
