const DIMENSIONS = 32;

/** The vectors that the service looks through. */
export const corpus = () => vectors(10_000, 1);

/** Vectors of unit length around two hundred centres, as the embeddings of a shop's texts lie; the same in each process. */
export function vectors(count: number, seed: number): readonly Float32Array[] {
  const centres = Array.from({ length: 200 }, (_, at) => direction(random(at + 1)));
  const chance = random(seed);
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(chance() * centres.length)] ?? new Float32Array(DIMENSIONS);
    const own = direction(chance);
    return normalised(centre.map((value, at) => value + 0.9 * (own[at] ?? 0)));
  });
}

/** The indices of the vectors, among some of a corpus, that are nearest to one by their inner product: the nearest first. */
export function nearest(
  among: Iterable<number>,
  corpus: readonly Float32Array[],
  to: Float32Array,
  count: number,
): readonly number[] {
  const best: { at: number; score: number }[] = [];
  for (const at of among) {
    const score = inner(corpus[at] ?? to, to);
    if (best.length === count && score <= (best.at(-1)?.score ?? 0)) continue;
    const place = best.findIndex((other) => other.score < score);
    best.splice(place === -1 ? best.length : place, 0, { at, score });
    best.length = Math.min(best.length, count);
  }
  return best.map(({ at }) => at);
}

export function inner(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return sum;
}

export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(inner(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function direction(chance: () => number): Float32Array {
  return normalised(Float32Array.from({ length: DIMENSIONS }, () => chance() + chance() + chance() - 1.5));
}

/** Numbers from 0 to 1 by mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
