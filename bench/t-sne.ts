import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  adam,
  allOf,
  cifar10,
  device,
  features,
  cifar10Normalisation as normalisation,
  searchedCnn,
  split,
  train,
  tsne,
} from '../src/training/index.ts';
import { keptNeighbours } from '../src/training/insight/t-sne/kept-neighbours.ts';
import { nearestNeighbours } from '../src/training/insight/t-sne/nearest-neighbours.ts';
import { peerPython } from './peer/python.ts';

// The t-SNE of the second hidden layer's 64 features of CIFAR-10 images, after a short training, beside scikit-learn's
// of the same rows: the processor time of each on one core, the divergence that is left, and the share of the ten
// nearest neighbours that the plane keeps. Run: npm run bench:t-sne -- --images 10000 --epochs 2

const { values: options } = parseArgs({
  options: { images: { type: 'string', default: '10000' }, epochs: { type: 'string', default: '2' } },
});
const count = Number(options.images);

await device({ backend: 'wasm' });
const sets = await cifar10();
const model = searchedCnn({ fc1: 128, fc2: 64, dropout: 0.2, seed: 20 });
await train({
  model,
  optimizer: adam({ learningRate: 1e-3 }),
  data: split(sets.train, { train: 8000, validation: 500 }, 20),
  normalisation,
  batchSize: 64,
  epochs: Number(options.epochs),
  seed: 20,
});
const all = count <= sets.test.labels.length ? allOf(sets.test) : allOf(sets.train);
const data = { set: all.set, indices: all.indices.subarray(0, count) };
const rows = await features({ model, layer: -2, data, normalisation });
const [, width] = rows.shape;
console.log(`${count} images, ${width} features each`);

const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
const start = process.cpuUsage();
const { divergence, kept } = await tsne(rows);
show('hpo', secondsOf(process.cpuUsage(start)), divergence, kept);

const python = peerPython('HPO_SKLEARN_PYTHON', 'sklearn');
if (python !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
  try {
    const [rowsFile, placesFile] = [join(folder, 'rows'), join(folder, 'places')];
    writeFileSync(rowsFile, rows.values);
    const script = join(import.meta.dirname, 'peer/t_sne.py');
    const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    const printed = execFileSync(python, [script, rowsFile, String(width), placesFile], {
      env: { ...process.env, ...one },
      encoding: 'utf8',
    });
    const peer = JSON.parse(printed) as { seconds: number; divergence: number };
    const bytes = readFileSync(placesFile);
    const places = Float64Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, 2 * count));
    const breathe = () => undefined;
    const before = await nearestNeighbours({ values: Float64Array.from(rows.values), count, width }, 10, breathe);
    show('scikit-learn', peer.seconds, peer.divergence, await keptNeighbours(before, places, breathe));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function show(name: string, seconds: number, divergence: number, kept: number): void {
  const figures = `divergence ${divergence.toFixed(4)}, neighbours kept ${(100 * kept).toFixed(1)} %`;
  console.log(`${name}: ${seconds.toFixed(1)} s of processor time, ${figures}`);
}
