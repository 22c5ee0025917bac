/**
 * Shows where the time of a training step goes on a GPU, dispatch by dispatch, from the GPU's own clock:
 *
 *     npm run bench:dispatches -- [--cases R1:64,R5:512] [--steps 100] [--lines 20]
 *
 * Printed are the elapsed time of a step as a study meets it, the time that the GPU computed in it, and for each
 * program its calls and its time in a step. The timed steps take longer than others, for each of their dispatches is a
 * pass.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { device } from '../../src/training/index.ts';
import { changeDawnFlags } from '../../test/support/dawn-flags.ts';
import { callsOf } from '../../test/support/gpu-calls.ts';
import { networks, trainingMacs } from './networks.ts';
import { PassClock } from './pass-clock.ts';
import { trainSteps } from './train-steps.ts';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: 'R1:64,R5:512' },
    steps: { type: 'string', default: '100' },
    lines: { type: 'string', default: '20' },
  },
});

/** Steps before anything is measured, and those whose dispatches are timed, as far as there is room for timestamps. */
const [warmUp, timedSteps] = [5, 5];

// Dawn rounds the GPU's clock to a tenth of a millisecond unless it is created with these.
changeDawnFlags((flags) => [
  ...flags,
  'enable-dawn-features=allow_unsafe_apis',
  'disable-dawn-features=timestamp_quantization',
]);
console.log((await device({ backend: 'webgpu' })).description);
const clock = new PassClock((tf.backend() as unknown as { readonly device: GPUDevice }).device);
for (const each of options.cases.split(',')) {
  const [network = '', batch = '64'] = each.split(':');
  await show(network, Number(batch));
}

async function show(network: string, batchSize: number): Promise<void> {
  const steps = Number(options.steps);
  const model = (networks[network] as () => tfl.LayersModel)();
  const run = (count: number) => trainSteps(model, { batchSize, steps: count, seed: count });
  const start = performance.now();
  await run(warmUp);
  const startSeconds = (performance.now() - start) / 1e3;
  const dispatchesOf = async (count: number) => (await callsOf(() => run(count))).dispatches;
  const perStep = (await dispatchesOf(2)) - (await dispatchesOf(1));
  const seconds = await run(steps);
  const timed = Math.max(1, Math.min(timedSteps, Math.floor(2000 / perStep)));
  clock.start();
  await run(timed);
  const programs = (await clock.stop()).sort((a, b) => b.nanoseconds - a.nanoseconds);
  const computed = programs.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0) / timed;
  const gigaMacs = (trainingMacs(model) * batchSize) / computed;
  console.log(
    `\n${network}, batch ${batchSize}: ${((1e3 * seconds) / steps).toFixed(2)} ms a step (${Math.round((batchSize * steps) / seconds)} images/s), ` +
      `of which the GPU computes ${(computed / 1e6).toFixed(2)} ms (${gigaMacs.toFixed(0)} G multiply-adds a second) in ${perStep} dispatches; the first ${warmUp} steps took ${startSeconds.toFixed(1)} s`,
  );
  for (const { name, calls, nanoseconds } of programs.slice(0, Number(options.lines))) {
    const time = (nanoseconds / timed / 1e3).toFixed(1).padStart(9);
    const share = ((100 * nanoseconds) / timed / computed).toFixed(1).padStart(5);
    console.log(`${time} µs ${share} % ${(calls / timed).toFixed(1).padStart(5)} × ${name}`);
  }
  model.dispose();
}
