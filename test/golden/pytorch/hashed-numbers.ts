import { crc32 } from 'node:zlib';

/**
 * Numbers in [-1, 1) that make_resnet18.py computes to the last bit as well: each from a hash (MurmurHash3's finaliser)
 * of the tensor's name and its own index.
 */
export function hashedNumbers(name: string, count: number): Float32Array {
  const start = crc32(name);
  return Float32Array.from({ length: count }, (_, index) => {
    let hash = index + start;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}
