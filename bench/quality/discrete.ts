import { Rng } from '../../src/base/rng.ts';
import { categorical, isCategorical } from '../../src/space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import type { Suggest } from '../../test/support/search.ts';
import { testFunctions } from '../../test/support/test-functions.ts';
import type { QualityProblem } from './problem.ts';

/** Kauffman's NK landscape (Kauffman and Levin 1987): each of ten bits contributes by itself and three others. */
const nk = (() => {
  const [bits, others] = [10, 3];
  const rng = new Rng('nk');
  const neighbours = Array.from({ length: bits }, (_, bit) => {
    return [...rng.permutation(bits)].filter((other) => other !== bit).slice(0, others);
  });
  const tables = Array.from({ length: bits }, () => Array.from({ length: 2 ** (others + 1) }, () => rng.uniform()));
  const value = (on: (bit: number) => number) => {
    const parts = tables.map((table, bit) => {
      const at = [bit, ...(neighbours[bit] as number[])].reduce((index, other) => 2 * index + on(other), 0);
      return table[at] as number;
    });
    return -parts.reduce((sum, part) => sum + part, 0) / bits;
  };
  const optimum = Math.min(...Array.from({ length: 2 ** bits }, (_, genes) => value((bit) => (genes >> bit) & 1)));
  const flag = categorical([false, true]);
  return { optimum, evaluate: (suggest: Suggest) => value((bit) => Number(suggest(`b${bit}`, flag))) };
})();

/**
 * The time of a blocked matrix product by its tiles, unrolling, vectors and order of loops, as in tuning a kernel: the
 * tiles are to fill two caches and not to overflow them.
 */
function tiling(suggest: Suggest): number {
  const sizes = categorical([4, 8, 16, 32, 64, 128, 256]);
  const [rows, columns, depth] = ['rows', 'columns', 'depth'].map((name) => Number(suggest(name, sizes)));
  const [m, n, k] = [rows ?? 0, columns ?? 0, depth ?? 0];
  const unroll = Number(suggest('unroll', int(1, 8)));
  const vector = Number(suggest('vector', categorical([1, 2, 4, 8])));
  const order = String(suggest('order', categorical(['mnk', 'mkn', 'nmk', 'nkm', 'kmn', 'knm'])));
  const overflow = (bytes: number, cache: number) => Math.max(0, Math.log2(bytes / cache)) ** 2;
  const traffic = 1 / m + 1 / n + 0.5 / k;
  const registers = Math.max(0, unroll * vector - 24) / 8;
  const slow = { mnk: 0.3, mkn: 0, nmk: 0.35, nkm: 0.5, kmn: 0.1, knm: 0.6 }[order] ?? 0;
  const caches = 0.2 * overflow(4 * k * n, 32768) + 0.1 * overflow(4 * (m * k + k * n + m * n), 262144);
  return 2 / vector + 0.5 / unroll + 4 * traffic + slow * (n > 32 ? 1 : 0.5) + caches + registers;
}

/** The least of all values of an objective of few values, found by going through them. */
function leastOf(objective: (suggest: Suggest) => number): number {
  let least = Infinity;
  const places: number[] = [];
  for (;;) {
    let depth = 0;
    const counts: number[] = [];
    const value = objective((_, distribution) => {
      const values = valuesOf(distribution);
      counts.push(values.length);
      if (places.length <= depth) places.push(0);
      return values[places[depth++] as number] as ParamValue;
    });
    least = Math.min(least, value);
    let last = depth - 1;
    while (last >= 0 && (places[last] as number) + 1 === counts[last]) last--;
    if (last < 0) return least;
    places.length = last + 1;
    places[last] = (places[last] as number) + 1;
  }
}

function valuesOf(distribution: Distribution): readonly ParamValue[] {
  if (isCategorical(distribution)) return distribution.choices as readonly ParamValue[];
  const { low, high } = distribution as unknown as { readonly low: number; readonly high: number };
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

export const discreteProblems: readonly QualityProblem[] = [
  { name: 'integers', group: 'discrete', evaluate: testFunctions.integers, optimum: 0 },
  { name: 'nk', group: 'discrete', ...nk },
  { name: 'tiling', group: 'discrete', isHeldOut: true, evaluate: tiling, optimum: leastOf(tiling) },
];
