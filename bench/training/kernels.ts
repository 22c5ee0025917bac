/**
 * Shows where the time of a training step goes on WebAssembly, kernel by kernel:
 *
 *     npm run bench:kernels -- [--cases R1:64,R2:64] [--seconds 4] [--lines 20]
 *
 * Printed are, for each kernel and shape, its calls and processor time in a step, its share of all kernels' time, and
 * where it multiplies matrices, the multiply-adds that it is worth a second: those of its definition, of which
 * Winograd's filtering does fewer. The roof of the others is the peak of 128-bit SIMD. A time is that of the fastest
 * tenth of the calls, so that what else runs on the machine hardly counts. `HPO_SIMD=plain` shows the kernels without fused multiply-adds.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { device } from '../../src/training/index.ts';
import { networks } from './networks.ts';
import { simdPeak } from './simd-peak.ts';
import { trainSteps } from './train-steps.ts';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: 'R1:64,R2:64' },
    seconds: { type: 'string', default: '4' },
    lines: { type: 'string', default: '20' },
  },
});

/** The calls of a kernel with tensors of one shape: the milliseconds of each, and the multiply-adds of one. */
interface Calls {
  readonly times: number[];
  readonly macs: number;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

const calls = new Map<string, Calls>();
/** The milliseconds of the kernels that the one at hand has called, for each that has not returned yet. */
const inner: number[] = [];

/** Replaces each kernel of the backend by one that notes its time, without that of kernels that it calls. */
function timeKernels(backendName: string): void {
  for (const config of tf.getKernelsForBackend(backendName)) {
    const { kernelName, kernelFunc } = config;
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (args) => {
        inner.push(0);
        const start = processorMs();
        const result = kernelFunc(args);
        const elapsed = processorMs() - start;
        const own = elapsed - (inner.pop() ?? 0);
        if (inner.length > 0) inner[inner.length - 1] = (inner.at(-1) ?? 0) + elapsed;
        note(kernelName, args.inputs as Record<string, tf.TensorInfo>, [result].flat(), own);
        return result;
      },
    });
  }
}

function note(kernel: string, inputs: Record<string, tf.TensorInfo>, outputs: readonly tf.TensorInfo[], own: number) {
  const shapeOf = ({ shape }: tf.TensorInfo): string => shape.join('×') || 'scalar';
  const shown = Object.values(inputs).slice(0, 2).map(shapeOf).join(', ');
  const name = `${kernel.replace(/^Hpo/, '')} ${shown} → ${outputs.slice(0, 1).map(shapeOf)}`;
  const known = calls.get(name) ?? { times: [], macs: macsOf(kernel, inputs, outputs[0]) };
  known.times.push(own);
  calls.set(name, known);
}

/** The multiply-adds that a convolution, one of its gradients, or a product of matrices is defined by; else none. */
function macsOf(kernel: string, inputs: Record<string, tf.TensorInfo>, output: tf.TensorInfo | undefined): number {
  const size = (tensor: tf.TensorInfo | undefined): number => tf.util.sizeFromShape(tensor?.shape ?? [0]);
  const channels = (tensor: tf.TensorInfo | undefined): number => tensor?.shape.at(-1) ?? 0;
  if (/MatMul/.test(kernel)) return Math.sqrt(size(inputs.a) * size(inputs.b) * size(output));
  if (/^Conv2DBackpropFilter$/.test(kernel)) return (size(output) * size(inputs.dy)) / channels(inputs.dy);
  if (/^Conv2DBackpropInput$/.test(kernel)) return (size(inputs.filter) * size(inputs.dy)) / channels(inputs.dy);
  if (/Conv2D$/.test(kernel)) return (size(inputs.filter) * size(output)) / channels(output);
  return 0;
}

const fast = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 10)] ?? 0;

const { backend, description } = await device({ backend: 'wasm' });
console.log(`${description}, Node ${process.version}`);
timeKernels(backend);
for (const each of options.cases.split(',')) {
  const [network = '', batch = '64'] = each.split(':');
  await show(network, Number(batch));
}

async function show(network: string, batchSize: number): Promise<void> {
  const model = (networks[network] as () => tfl.LayersModel)();
  await trainSteps(model, { batchSize, steps: 2, seed: 0 });
  calls.clear();
  const seconds: number[] = [];
  const peaks: number[] = [];
  const end = performance.now() + 1000 * Number(options.seconds);
  const chunk = 4;
  while (performance.now() < end || seconds.length < 3) {
    seconds.push(await trainSteps(model, { batchSize, steps: chunk, seed: seconds.length }));
    for (let at = 0; at < 10; at++) peaks.push(simdPeak(0.002)); // so short that some are not interrupted
  }
  model.dispose();
  const steps = chunk * seconds.length;
  const step = (1e3 * fast(seconds)) / chunk;
  const rows = [...calls]
    .map(([name, { times, macs }]) => {
      const perStep = times.length / steps;
      return { name, perStep, time: fast(times) * perStep, rate: macs / fast(times) };
    })
    .filter(({ perStep }) => perStep >= 0.9) // those of the validation are rarer
    .sort((a, b) => b.time - a.time);
  const known = rows.reduce((sum, { time }) => sum + time, 0);
  const percent = (part: number): string => `${((100 * part) / known).toFixed(1).padStart(5)} %`;
  console.log(
    `\n${network}, batch ${batchSize}: ${known.toFixed(1)} ms in the kernels of a step, which takes ${step.toFixed(1)} ms; the peak of SIMD is ${(Math.max(...peaks) / 1e9).toFixed(1)} G multiply-adds a second`,
  );
  for (const { name, perStep, time, rate } of rows.slice(0, Number(options.lines))) {
    const worth = rate > 0 ? `${(rate / 1e6).toFixed(1).padStart(5)} G` : '       ';
    console.log(
      `${time.toFixed(2).padStart(8)} ms ${percent(time)} ${worth} ${perStep.toFixed(1).padStart(5)} × ${name}`,
    );
  }
}
