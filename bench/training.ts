/**
 * Images a second of a training step: forward pass, backward pass, and Adam with weight decay; beside PyTorch's on one
 * thread where `HPO_TORCH_PYTHON` or `.venv/bin/python` has it, and beside what 128-bit SIMD allows.
 *
 *     npm run bench:training -- [--backend wasm] [--cases R1:64,R1:256,R1:64:2,R2:64,R5:128]
 *
 * A case is a net (training/networks.ts), a batch size, and a number of processes that train at the same time. Ours and
 * PyTorch's take turns of about two seconds in the same minutes; each figure is the median of five. The SIMD peak is the highest
 * that was measured between the turns.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peerPython } from './peer/python.ts';
import { networks } from './training/networks.ts';
import { type Case, Side } from './training/side.ts';
import { simdPeak } from './training/simd-peak.ts';

const turns = 5;

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    cases: { type: 'string', default: 'R1:64,R1:256,R1:64:2,R2:64,R5:128' },
  },
});
const cases = options.cases.split(',').map((text): Case => {
  const [network = '', batchSize = '64', count = '1'] = text.split(':');
  if (!(network in networks)) throw new Error(`no net ${network}: use ${Object.keys(networks).join(', ')}`);
  return { network, batchSize: Number(batchSize), count: Number(count) };
});
const trainer = join(import.meta.dirname, 'training/trainer.ts');
const ourCommand = [process.execPath, '--import', 'tsx', '--conditions', 'hpo-source', trainer, options.backend];
const python = peerPython('HPO_TORCH_PYTHON', 'torch');
const peerCommand = (form: string): string[] =>
  python ? [python, join(import.meta.dirname, 'peer/training.py'), form] : [];

const row = ([first = '', ...cells]: readonly string[]): string =>
  first.padEnd(26) + cells.map((cell) => cell.padStart(10)).join('');
const rate = (images: number): string => `${Math.round(images)}/s`;
const size = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`);
for (const [index, each] of cases.entries()) {
  const ours = new Side(ourCommand, each);
  const peers = python ? [new Side(peerCommand('plain'), each), new Side(peerCommand('tuned'), each)] : [];
  const { description, macs } = await ours.ready<{ description: string; macs: number }>();
  const about: string[] = [description];
  for (const peer of peers) about.push((await peer.ready<{ description: string }>()).description);
  const peaks: number[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    for (const side of [ours, ...peers]) await side.turn();
    peaks.push(simdPeak(0.2));
  }
  await Promise.all([ours, ...peers].map((side) => side.end()));

  if (index === 0) {
    console.log(`ours: ${about.join('\npeer: ')}\n`);
    const beside = peers.length > 0 ? ['plain', 'ratio', 'tuned', 'ratio', 'memory'] : [];
    console.log(row(['images/s', 'ours', 'GMAC/s', 'of peak', 'memory', ...beside]));
  }
  const used = (ours.rate * macs) / each.count;
  const [plain] = peers;
  console.log(
    row([
      `${each.network}, batch ${each.batchSize}${each.count > 1 ? `, ${each.count} at once` : ''}`,
      rate(ours.rate),
      (used / 1e9).toFixed(1),
      `${Math.round((100 * used) / Math.max(...peaks))} %`,
      size(ours.peakBytes),
      ...peers.flatMap((peer) => [rate(peer.rate), (ours.rate / peer.rate).toFixed(2)]),
      ...(plain ? [size(plain.peakBytes)] : []),
    ]),
  );
}
