import { Rng } from '../../../base/rng.ts';
import { symmetricEigen } from '../../../math/symmetric-eigen.ts';
import type { Features } from '../features.ts';
import type { Breath } from './breath.ts';
import type { Points } from './points.ts';

/** The greatest width whose covariance is taken apart as a whole. */
const mostExact = 128;
/** Directions that are carried along with the wanted ones, and the passes over the rows that turn them. */
const spare = 10;
const passes = 4;

/**
 * The projection of rows on their principal components, that of greatest variance first; the mean is 0. Where `keep` is
 * no less than the width, all distances between rows are kept. Wide rows (above 128) are projected on an approximation
 * of the leading components by subspace iteration (Halko, Martinsson and Tropp 2011).
 *
 * @param keep the most components.
 * @param seed fixes the directions in which a subspace iteration begins.
 */
export async function principalComponents(
  { values, shape: [count, width] }: Features,
  keep: number,
  seed: number,
  breathe: Breath,
): Promise<Points> {
  const rows: Points = { values: await centred(values, width, breathe), count, width };
  const isWide = width > mostExact && width > keep + spare;
  const narrow = isWide ? await project(rows, await leadingSubspace(rows, keep + spare, seed, breathe), breathe) : rows;
  return project(narrow, await components(narrow, keep, breathe), breathe);
}

/** The rows less their mean. */
async function centred(values: Float32Array, width: number, breathe: Breath): Promise<Float64Array> {
  const result = Float64Array.from(values);
  const mean = new Float64Array(width);
  for (let start = 0; start < result.length; start += width) {
    for (let d = 0; d < width; d++) mean[d] = (mean[d] as number) + (result[start + d] as number);
  }
  for (let d = 0; d < width; d++) mean[d] = ((mean[d] as number) * width) / result.length;
  for (let start = 0; start < result.length; start += width) {
    for (let d = 0; d < width; d++) result[start + d] = (result[start + d] as number) - (mean[d] as number);
    await breathe();
  }
  return result;
}

/** The coordinates of points along directions. */
async function project(
  { values, count, width }: Points,
  directions: readonly Float64Array[],
  breathe: Breath,
): Promise<Points> {
  const size = directions.length;
  const result = new Float64Array(count * size);
  for (let row = 0; row < count; row++) {
    const start = row * width;
    for (let at = 0; at < size; at++) {
      const direction = directions[at] as Float64Array;
      let sum = 0;
      for (let d = 0; d < width; d++) sum += (values[start + d] as number) * (direction[d] as number);
      result[row * size + at] = sum;
    }
    await breathe();
  }
  return { values: result, count, width: size };
}

/** The unit vectors along which centred points vary most, in descending order. */
async function components({ values, count, width }: Points, keep: number, breathe: Breath): Promise<Float64Array[]> {
  const moments = new Float64Array(width * width);
  for (let row = 0; row < count; row++) {
    const point = values.subarray(row * width, (row + 1) * width);
    for (let i = 0; i < width; i++) {
      const share = (point[i] as number) / count;
      for (let j = 0; j <= i; j++)
        moments[i * width + j] = (moments[i * width + j] as number) + share * (point[j] as number);
    }
    await breathe();
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) moments[j * width + i] = moments[i * width + j] as number;
  return symmetricEigen(moments, width).vectors.slice(-keep).reverse().map(upright);
}

/** A vector with the sign that makes its greatest number positive, so that a picture is not mirrored by rounding. */
function upright(vector: Float64Array): Float64Array {
  const greatest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return greatest < 0 ? vector.map((value) => -value) : vector;
}

/** An orthonormal basis of nearly the subspace in which centred points vary most. */
async function leadingSubspace(points: Points, size: number, seed: number, breathe: Breath): Promise<Float64Array[]> {
  const { values, count, width } = points;
  const rng = new Rng(`${seed}/principal-components`);
  let basis = Array.from({ length: size }, () => Float64Array.from({ length: width }, () => rng.normal()));
  for (let pass = 0; pass < passes; pass++) {
    const projected = await project(points, orthonormal(basis), breathe);
    basis = basis.map(() => new Float64Array(width));
    for (let row = 0; row < count; row++) {
      const start = row * width;
      for (let at = 0; at < size; at++) {
        const direction = basis[at] as Float64Array;
        const share = projected.values[row * size + at] as number;
        for (let d = 0; d < width; d++) direction[d] = (direction[d] as number) + share * (values[start + d] as number);
      }
      await breathe();
    }
  }
  return orthonormal(basis);
}

/** The vectors made orthonormal by Gram and Schmidt's rule, twice against rounding; null vectors stay null. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const given of vectors) {
    const vector = given.slice();
    const length = Math.sqrt(dot(given, given));
    for (const other of [...done, ...done]) {
      const share = dot(vector, other);
      for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) - share * (other[d] as number);
    }
    const left = Math.sqrt(dot(vector, vector));
    done.push(left > 1e-12 * length ? vector.map((value) => value / left) : vector.fill(0));
  }
  return done;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
