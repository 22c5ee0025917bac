/**
 * Images a second of a training step: forward pass, backward pass, and Adam with weight decay; beside PyTorch's where
 * `HPO_TORCH_PYTHON` or `.venv/bin/python` has it, and on WebAssembly beside the limit of 128-bit SIMD.
 *
 *     npm run bench:training -- [--backend wasm] [--cases R1:64,R1:256,R1:64:2,R2:64,R5:128]
 *         [--peer-device cpu|cuda] [--turns 5] [--json file]
 *
 * A case is a net (training/networks.ts), a batch size, and a number of processes that train at the same time. Ours and
 * PyTorch's (on one thread, or on the GPU) take turns of about two seconds in the same minutes; each figure is the
 * median of them. The SIMD peak is the highest that was measured between the turns. A case that fails, such as one that
 * the GPU has no memory for, is reported and left out.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peerPython } from './peer/python.ts';
import { networks } from './training/networks.ts';
import { type Case, Side, warmUpTurns } from './training/side.ts';
import { simdPeak } from './training/simd-peak.ts';

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    cases: { type: 'string', default: 'R1:64,R1:256,R1:64:2,R2:64,R5:128' },
    'peer-device': { type: 'string', default: 'cpu' },
    turns: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const peerDevice = options['peer-device'];
const turns = Number(options.turns);
const cases = options.cases.split(',').map((text): Case => {
  const [network = '', batchSize = '64', count = '1'] = text.split(':');
  if (!(network in networks)) throw new Error(`no net ${network}: use ${Object.keys(networks).join(', ')}`);
  return { network, batchSize: Number(batchSize), count: Number(count) };
});
const trainer = join(import.meta.dirname, 'training/trainer.ts');
const ourCommand = [process.execPath, '--import', 'tsx', '--conditions', 'hpo-source', trainer, options.backend];
const python = peerFor(peerDevice);
const peerCommand = (form: string): string[] =>
  python ? [python, join(import.meta.dirname, 'peer/training.py'), form, peerDevice] : [];
/** The SIMD peak limits only WebAssembly. */
const hasRoof = options.backend === 'wasm';

const row = ([first = '', ...cells]: readonly string[]): string =>
  first.padEnd(26) + cells.map((cell) => cell.padStart(10)).join('');
const rate = (images: number): string => `${Math.round(images)}/s`;
const size = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** PyTorch's Python, where its PyTorch computes on the device. */
function peerFor(device: string): string | undefined {
  const python = peerPython('HPO_TORCH_PYTHON', 'torch');
  const sees = 'import sys, torch; sys.exit(not torch.cuda.is_available())';
  if (!python || device === 'cpu' || spawnSync(python, ['-c', sees]).status === 0) return python;
  console.log(`without the peer: the PyTorch of ${python} sees no GPU; try: pip install torch, of a build for CUDA`);
  return undefined;
}

/** The measurements of a case. */
interface Result extends Case {
  /** Images a second, and PyTorch's as it comes and tuned. */
  readonly ours: number;
  readonly peers: readonly number[];
}

/** Measures a case and prints its row; before the first row it prints the sides' descriptions. */
async function measure(each: Case, isFirst: boolean): Promise<Result> {
  const ours = new Side(ourCommand, each);
  const peers = python ? [new Side(peerCommand('plain'), each), new Side(peerCommand('tuned'), each)] : [];
  try {
    const { description, macs } = await ours.ready<{ description: string; macs: number }>();
    const about: string[] = [description];
    for (const peer of peers) about.push((await peer.ready<{ description: string }>()).description);
    const peaks: number[] = [];
    for (let turn = 0; turn < warmUpTurns + turns; turn++) {
      for (const side of [ours, ...peers]) await side.turn();
      if (hasRoof) peaks.push(simdPeak(0.2));
    }
    if (isFirst) {
      console.log(`ours: ${about.join('\npeer: ')}\n`);
      const beside = peers.length > 0 ? ['plain', 'ratio', 'tuned', 'ratio', 'memory'] : [];
      console.log(row(['images/s', 'ours', 'GMAC/s', ...(hasRoof ? ['of peak'] : []), 'memory', ...beside]));
    }
    const used = (ours.rate * macs) / each.count;
    const [plain] = peers;
    console.log(
      row([
        nameOf(each),
        rate(ours.rate),
        (used / 1e9).toFixed(1),
        ...(hasRoof ? [`${Math.round((100 * used) / Math.max(...peaks))} %`] : []),
        size(ours.peakBytes),
        ...peers.flatMap((peer) => [rate(peer.rate), (ours.rate / peer.rate).toFixed(2)]),
        ...(plain ? [size(plain.peakBytes)] : []),
      ]),
    );
    return { ...each, ours: ours.rate, peers: peers.map((peer) => peer.rate) };
  } finally {
    await Promise.all([ours, ...peers].map((side) => side.end()));
  }
}

const nameOf = ({ network, batchSize, count }: Case): string =>
  `${network}, batch ${batchSize}${count > 1 ? `, ${count} at once` : ''}`;

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`);
const results: Result[] = [];
for (const each of cases) {
  try {
    results.push(await measure(each, results.length === 0));
  } catch (error) {
    console.log(`${nameOf(each)} failed: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
