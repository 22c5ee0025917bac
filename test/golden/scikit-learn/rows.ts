import type { Features } from '../../../src/training/index.ts';

const [count, width, classes] = [600, 32, 6];

/** Numbers in [−1, 1) that make_golden.py computes to the last bit as well, each from a hash (MurmurHash3's finaliser). */
function uniform(stream: number, index: number): number {
  let hash = index + Math.imul(0x9e3779b9, stream + 1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Rows near six curves in a space of 32 dimensions. */
export function rows(): Features {
  const values = Float32Array.from({ length: count * width }, (_, index) => {
    const row = Math.floor(index / width);
    const number = (row % classes) * width + (index % width);
    const angle = 3 * uniform(0, number) * uniform(2, row) + Math.PI * uniform(1, number);
    return Math.sin(angle) + 0.4 * uniform(3, index);
  });
  return { values, shape: [count, width] };
}
