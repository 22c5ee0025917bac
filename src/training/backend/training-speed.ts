import { memoryImages } from '../images/memory-images.ts';
import { train } from '../loop/train.ts';
import { searchedCnn } from '../models/searched-cnn.ts';
import { adam } from '../optimizers/adam.ts';

/** Images of 32×32 a second on which the current backend trains the searched CNN, measured over some steps. */
export async function imagesPerSecond(batchSize: number, steps: number): Promise<number> {
  const set = memoryImages({
    pixels: new Uint8Array(batchSize * 3072),
    labels: new Uint16Array(batchSize),
    imageShape: [32, 32, 3],
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
  });
  const indices = Uint32Array.from({ length: batchSize * steps }, (_, index) => index % batchSize);
  const model = searchedCnn({ fc1: 128, fc2: 64, dropout: 0.2, seed: 1 });
  try {
    const { last } = await train({
      model,
      optimizer: adam({ weightDecay: 5e-4 }),
      data: { train: { set, indices }, validation: { set, indices: indices.subarray(0, 1) } },
      normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
      batchSize,
      epochs: 1,
      seed: 1,
    });
    return indices.length / last.seconds;
  } finally {
    model.dispose();
  }
}
