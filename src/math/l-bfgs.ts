import { dot } from './cholesky.ts';

/** The value of a function at `point`; its gradient is written into `gradient`. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

/** The box that a minimum is looked for in, a lower and an upper bound for each coordinate. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The ends of a search for a minimum. */
export interface LbfgsOptions {
  /** The most steps. */
  readonly iterations: number;
  /** Ends where no coordinate of the gradient that may still go down is greater. */
  readonly gradientTolerance: number;
  /** Ends where a step lowers the value by less than this share of it (of 1, for values below 1). */
  readonly valueTolerance: number;
  /** The furthest that a step may take any coordinate. */
  readonly longestStep: number;
}

/** The lowest point that was found. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  /** The number of times that the function was asked. */
  readonly evaluations: number;
}

/** A step that was made, and the change of the gradient along it. */
interface Curvature {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their product, above 0. */
  readonly product: number;
}

/** The number of steps whose curvature is remembered. */
const MEMORY = 8;
/** The share of the promised descent that a step must reach (Armijo 1966). */
const ENOUGH_DESCENT = 1e-4;
const LINE_SEARCH_TRIES = 20;

/**
 * Minimises a smooth function within a box by L-BFGS (Nocedal 1980; Liu and Nocedal 1989), with the coordinates that
 * push against a bound held there and steps cut off at the bounds (Bertsekas 1982). A local minimum, and where the
 * function gives NaN or infinity at the start, the start.
 *
 * @param start a point within the box; it is moved into it otherwise.
 */
export function minimize(of: Differentiable, start: Float64Array, box: Box, options: LbfgsOptions): Minimum {
  const size = start.length;
  let point = inside(start, box);
  let gradient = new Float64Array(size);
  let value = of(point, gradient);
  let evaluations = 1;
  let memory: Curvature[] = [];
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    const free = freeCoordinates(point, gradient, box);
    if (!(greatest(gradient, free) > options.gradientTolerance) || !Number.isFinite(value)) break;
    let direction = descent(gradient, free, memory);
    let slope = dot(direction, 0, gradient, 0, size);
    if (!(slope < 0)) {
      memory = [];
      direction = descent(gradient, free, memory);
      slope = dot(direction, 0, gradient, 0, size);
      if (!(slope < 0)) break;
    }
    const furthest = greatest(direction, free);
    let length = furthest > options.longestStep ? options.longestStep / furthest : 1;
    let next: Minimum | undefined;
    const nextGradient = new Float64Array(size);
    for (let tries = 0; tries < LINE_SEARCH_TRIES; tries++) {
      const there = inside(moved(point, direction, length), box);
      const valueThere = of(there, nextGradient);
      evaluations++;
      if (valueThere <= value + ENOUGH_DESCENT * length * slope) {
        next = { point: there, value: valueThere, evaluations };
        break;
      }
      length = shorter(length, slope, valueThere - value);
    }
    if (next === undefined) {
      if (memory.length === 0) break;
      memory = []; // the curvature misleads: once more, straight down
      continue;
    }
    remember(memory, next.point, point, nextGradient, gradient);
    const gain = value - next.value;
    ({ point, value } = next);
    gradient = nextGradient;
    if (gain < options.valueTolerance * Math.max(1, Math.abs(value))) break;
  }
  return { point, value, evaluations };
}

/** 1 for the coordinates that may move, 0 for those at a bound beyond which the function still falls. */
function freeCoordinates(point: Float64Array, gradient: Float64Array, { lower, upper }: Box): Uint8Array {
  return Uint8Array.from(point, (x, i) => {
    const slope = gradient[i] as number;
    const isHeld = (x <= (lower[i] as number) && slope > 0) || (x >= (upper[i] as number) && slope < 0);
    return isHeld ? 0 : 1;
  });
}

function greatest(vector: Float64Array, free: Uint8Array): number {
  let greatest = 0;
  for (let i = 0; i < vector.length; i++) {
    if (free[i] === 1) greatest = Math.max(greatest, Math.abs(vector[i] as number));
  }
  return greatest;
}

/** The quasi-Newton direction by the two loops of L-BFGS; straight down, at most one unit far, without a memory. */
function descent(gradient: Float64Array, free: Uint8Array, memory: readonly Curvature[]): Float64Array {
  const size = gradient.length;
  const direction = gradient.map((slope, i) => (free[i] === 1 ? -slope : 0));
  const last = memory.at(-1);
  const shares = new Float64Array(memory.length);
  for (let k = memory.length - 1; k >= 0; k--) {
    const { step, change, product } = memory[k] as Curvature;
    const share = dot(step, 0, direction, 0, size) / product;
    shares[k] = share;
    for (let i = 0; i < size; i++) direction[i] = (direction[i] as number) - share * (change[i] as number);
  }
  const scale = last
    ? last.product / dot(last.change, 0, last.change, 0, size)
    : Math.min(1, 1 / Math.sqrt(dot(direction, 0, direction, 0, size)));
  for (let i = 0; i < size; i++) direction[i] = (direction[i] as number) * scale;
  for (const [k, { step, change, product }] of memory.entries()) {
    const share = (shares[k] as number) - dot(change, 0, direction, 0, size) / product;
    for (let i = 0; i < size; i++) direction[i] = (direction[i] as number) + share * (step[i] as number);
  }
  for (let i = 0; i < size; i++) if (free[i] === 0) direction[i] = 0;
  return direction;
}

function remember(
  memory: Curvature[],
  to: Float64Array,
  from: Float64Array,
  gradientThere: Float64Array,
  gradient: Float64Array,
): void {
  const step = to.map((x, i) => x - (from[i] as number));
  const change = gradientThere.map((slope, i) => slope - (gradient[i] as number));
  const product = dot(step, 0, change, 0, step.length);
  if (!(product > 1e-12)) return;
  memory.push({ step, change, product });
  if (memory.length > MEMORY) memory.shift();
}

/** The length at the minimum of the parabola through what is known of the line, if it is neither near 0 nor long. */
function shorter(length: number, slope: number, rise: number): number {
  const vertex = (-slope * length * length) / (2 * (rise - slope * length));
  return vertex > 0.1 * length && vertex < 0.6 * length ? vertex : 0.3 * length;
}

function moved(point: Float64Array, direction: Float64Array, length: number): Float64Array {
  return point.map((x, i) => x + length * (direction[i] as number));
}

function inside(point: Float64Array, { lower, upper }: Box): Float64Array {
  return point.map((x, i) => Math.min(Math.max(x, lower[i] as number), upper[i] as number));
}
