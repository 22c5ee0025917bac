/**
 * A process that trains a net on Dawn's adapter that computes nothing, and writes what a step and an epoch call WebGPU
 * for: gpu-calls-child.ts NETWORK VALIDATION_IMAGES. Neither programs nor their results are looked at, so that it takes
 * a second for any net; it has half a GiB of memory.
 */
import type * as tfl from '@tensorflow/tfjs-layers';
import { networks } from '../../bench/training/networks.ts';
import { adam, cifar10, cifar10Normalisation, device, train } from '../../src/training/index.ts';
import { changeDawnFlags } from './dawn-flags.ts';
import { callsOf } from './gpu-calls.ts';

changeDawnFlags(() => ['backend=null']);
await device({ backend: 'webgpu' });
const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
const images = (count: number) => ({ set, indices: Uint32Array.from({ length: count }, (_, at) => at % 10) });
const model = (networks[process.argv[2] as string] as () => tfl.LayersModel)();
const epochOf = (steps: number) =>
  callsOf(() =>
    train({
      model,
      optimizer: adam({ weightDecay: 5e-4 }),
      data: { train: images(8 * steps), validation: images(Number(process.argv[3])) },
      normalisation: cifar10Normalisation,
      augmentation: { horizontalFlip: 0.5, cropPadding: 4 },
      batchSize: 8,
      epochs: 1,
      seed: 1,
    }),
  );
const [two, three] = [await epochOf(2), await epochOf(3)];
const step = { dispatches: three.dispatches - two.dispatches, reads: three.reads - two.reads };
process.stdout.write(`${JSON.stringify({ step, readsOfEpoch: three.reads })}\n`);
