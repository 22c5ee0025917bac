import { orthogonalFactor } from '../../../math/householder.ts';
import type { Crossover } from '../crossover.ts';

/** The options of unimodal normal distribution crossover. */
export interface UndxOptions {
  /** The deviation along the line of the first two parents; its square scales the draws, as in Optuna. Default 0.5. */
  readonly sigmaXi?: number;
  /** The deviation across that line; default 0.35 / √parameters. */
  readonly sigmaEta?: number;
}

const LEAST_LENGTH = 1e-10;

/**
 * Unimodal normal distribution crossover (Kita, Ono and Kobayashi 1999): normal about the middle of two parents, along
 * the line through them by their distance, and across it by the distance of the third parent from the line.
 */
export function undxCrossover({ sigmaXi = 0.5, sigmaEta }: UndxOptions): Crossover {
  return {
    parentCount: 3,
    cross(parents, { random }) {
      const [a, b, c] = parents as readonly [Float64Array, Float64Array, Float64Array];
      const size = a.length;
      const across = (sigmaEta ?? 0.35 / Math.sqrt(size)) ** 2;
      const etas = Float64Array.from({ length: size }, () => across * random.normal());
      const xi = sigmaXi ** 2 * random.normal();
      const child = a.map((x, i) => (x + (b[i] as number)) / 2 + xi * (x - (b[i] as number)));
      if (size === 1) return child;
      const line = unitAlong(a, b);
      const distance = distanceFrom(a, line, c);
      for (const [i, axis] of axesAcross(line).entries()) {
        for (let j = 0; j < size; j++) {
          child[j] = (child[j] as number) + distance * (etas[i] as number) * (axis[j] as number);
        }
      }
      return child;
    },
  };
}

function unitAlong(from: Float64Array, to: Float64Array): Float64Array {
  const way = to.map((x, i) => x - (from[i] as number));
  const length = Math.max(Math.hypot(...way), LEAST_LENGTH);
  return way.map((x) => x / length);
}

function distanceFrom(start: Float64Array, line: Float64Array, point: Float64Array): number {
  const way = point.map((x, i) => x - (start[i] as number));
  const along = way.reduce((sum, x, i) => sum + x * (line[i] as number), 0);
  return Math.hypot(...way.map((x, i) => x - along * (line[i] as number)));
}

/** Unit vectors that are orthogonal to a line and to each other. */
function axesAcross(line: Float64Array): readonly Float64Array[] {
  const columns = Array.from(line, (_, j) => Float64Array.from(line, (_, i) => (i === j ? 1 : 0)));
  if (line.some((x) => x !== 0)) columns[0] = line.slice();
  return orthogonalFactor(columns).slice(1);
}
