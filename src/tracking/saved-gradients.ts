import { join } from 'node:path';
import { type JsonValue, namedNumber } from '../base/json.ts';
import { BUCKETS, type Histogram } from '../math/histogram.ts';
import { arrayOf, objectOf } from '../report/foreign-json.ts';
import { readJson } from '../runner/results.ts';

/** The most weights whose gradients are taken over. */
const MOST = 10_000;

/**
 * The distributions of gradients that `saveInsight` of `hpo/tfjs` wrote into a retraining's folder; none in other
 * forms.
 */
export function savedGradients(folder: string): readonly (Histogram & { readonly name: string })[] {
  const { gradients } = objectOf(readJson(join(folder, 'insight/insight.json')));
  return arrayOf(gradients).slice(0, MOST).flatMap(histogramOf);
}

function histogramOf(value: JsonValue) {
  const { name, low, high, count, sum, squares, counts } = objectOf(value);
  const [least, most, all, total, ofSquares] = [low, high, count, sum, squares].map(namedNumber) as Five;
  const buckets = arrayOf(counts).map(namedNumber);
  const isWhole = [least, most, all, total, ofSquares, ...buckets].every(Number.isFinite) && buckets.length === BUCKETS;
  return typeof name === 'string' && isWhole
    ? [{ name, low: least, high: most, count: all, sum: total, squares: ofSquares, counts: buckets }]
    : [];
}

type Five = [number, number, number, number, number];
