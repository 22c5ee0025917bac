import { Rng } from '../../src/base/rng.ts';
import { float } from '../../src/space/float-distribution.ts';
import type { Suggest } from '../../test/support/search.ts';
import type { QualityProblem } from './problem.ts';

// Functions of the BBOB suite, from their definitions (Hansen et al. 2009, "Real-parameter black-box optimization
// benchmarking 2009: noiseless functions definitions"), with optima and rotations of our own draws and optimum 0.

type Vector = readonly number[];
type Transform = (x: Vector) => Vector;

const wide = float(-5, 5);

const sum = (terms: Vector) => terms.reduce((total, term) => total + term, 0);
const squares = (x: Vector) => sum(x.map((xi) => xi * xi));

/** T_osz: smooth local irregularities. */
function oscillatedNumber(x: number): number {
  if (x === 0) return 0;
  const log = Math.log(Math.abs(x));
  const [c1, c2] = x > 0 ? [10, 7.9] : [5.5, 3.1];
  return Math.sign(x) * Math.exp(log + 0.049 * (Math.sin(c1 * log) + Math.sin(c2 * log)));
}

const oscillated: Transform = (x) => x.map(oscillatedNumber);

/** T_asy^β: breaks the symmetry between positive and negative numbers. */
const asymmetric =
  (beta: number): Transform =>
  (x) =>
    x.map((xi, i) => (xi > 0 ? xi ** (1 + beta * share(i, x.length) * Math.sqrt(xi)) : xi));

/** Λ^α: the condition of the diagonal scaling. */
const stretched =
  (alpha: number): Transform =>
  (x) =>
    x.map((xi, i) => alpha ** (0.5 * share(i, x.length)) * xi);

const share = (i: number, dimensions: number) => (dimensions > 1 ? i / (dimensions - 1) : 0);

/** A random rotation: Gram and Schmidt's basis of normal draws. */
function rotation(rng: Rng, dimensions: number): Transform {
  const basis: number[][] = [];
  while (basis.length < dimensions) {
    let row = Array.from({ length: dimensions }, () => rng.normal());
    for (const other of basis) {
      const along = sum(row.map((r, i) => r * (other[i] as number)));
      row = row.map((r, i) => r - along * (other[i] as number));
    }
    const length = Math.sqrt(squares(row));
    basis.push(row.map((r) => r / length));
  }
  return (x) => basis.map((row) => sum(row.map((r, i) => r * (x[i] as number))));
}

/** Makes a function of the distance from the optimum. */
type Maker = (rng: Rng, dimensions: number, best: Vector) => (z: Vector) => number;

function bbob(name: string, dimensions: number, make: Maker): QualityProblem {
  const rng = new Rng(`bbob/${name}/${dimensions}`);
  const best = Array.from({ length: dimensions }, () => rng.uniform(-4, 4));
  const value = make(rng, dimensions, best);
  return {
    name: `${name}-${dimensions}`,
    group: 'numeric',
    optimum: 0,
    isHeldOut: name in heldOut,
    evaluate: (suggest: Suggest) => value(best.map((xi, i) => Number(suggest(`x${i}`, wide)) - xi)),
  };
}

const ellipsoid = (z: Vector) => sum(z.map((zi, i) => 10 ** (6 * share(i, z.length)) * zi * zi));

const known: Readonly<Record<string, Maker>> = {
  sphere: () => squares,
  ellipsoid: () => (z) => ellipsoid(oscillated(z)),
  rastrigin: () => (x) => {
    const z = stretched(10)(asymmetric(0.2)(oscillated(x)));
    return 10 * (z.length - sum(z.map((zi) => Math.cos(2 * Math.PI * zi)))) + squares(z);
  },
  'attractive-sector': (rng, d, best) => {
    const [q, r] = [rotation(rng, d), rotation(rng, d)];
    return (x) => {
      const z = q(stretched(10)(r(x)));
      const steep = z.map((zi, i) => (zi * (best[i] as number) > 0 ? 100 * zi : zi));
      return oscillatedNumber(squares(steep)) ** 0.9;
    };
  },
  rosenbrock: (_, d) => (x) => {
    const z = x.map((xi) => Math.max(1, Math.sqrt(d) / 8) * xi + 1);
    return sum(z.slice(0, -1).map((zi, i) => 100 * (zi * zi - (z[i + 1] as number)) ** 2 + (zi - 1) ** 2));
  },
  'rotated-ellipsoid': (rng, d) => {
    const r = rotation(rng, d);
    return (x) => ellipsoid(oscillated(r(x)));
  },
  'rotated-rastrigin': (rng, d) => {
    const [q, r] = [rotation(rng, d), rotation(rng, d)];
    return (x) => {
      const z = r(stretched(10)(q(asymmetric(0.2)(oscillated(r(x))))));
      return 10 * (d - sum(z.map((zi) => Math.cos(2 * Math.PI * zi)))) + squares(z);
    };
  },
  schaffers: (rng, d) => {
    const [q, r] = [rotation(rng, d), rotation(rng, d)];
    return (x) => {
      const z = stretched(10)(q(asymmetric(0.5)(r(x))));
      const lengths = z.slice(0, -1).map((zi, i) => Math.hypot(zi, z[i + 1] as number));
      return (sum(lengths.map((s) => Math.sqrt(s) * (1 + Math.sin(50 * s ** 0.2) ** 2))) / (d - 1)) ** 2;
    };
  },
  'gallagher-21': (rng, d, best) => {
    const r = rotation(rng, d);
    const conditions = [1000 ** 2, ...[...rng.permutation(20)].map((j) => 1000 ** (2 * (j / 19)))];
    const peaks = conditions.map((condition, i) => ({
      place: best.map((xi) => (i === 0 ? 0 : rng.uniform(-4.9, 4.9) - xi)),
      height: i === 0 ? 10 : 1.1 + (8 * (i - 1)) / 19,
      stretch: stretched(Math.sqrt(condition)),
      shrinkage: condition ** 0.25,
    }));
    return (x) => {
      const heights = peaks.map(({ place, height, stretch, shrinkage }) => {
        const z = stretch(r(x.map((xi, i) => xi - (place[i] as number))));
        return height * Math.exp((-1 / (2 * d)) * (squares(z) / shrinkage));
      });
      return oscillatedNumber(10 - Math.max(...heights)) ** 2;
    };
  },
};

const powers = Array.from({ length: 12 }, (_, k) => [0.5 ** k, 3 ** k] as const);

/** Functions that no setting of a sampler was chosen on. */
const heldOut: Readonly<Record<string, Maker>> = {
  'step-ellipsoid': (rng, d) => {
    const [q, r] = [rotation(rng, d), rotation(rng, d)];
    return (x) => {
      const slopes = stretched(10)(r(x));
      const steps = slopes.map((z) => (Math.abs(z) > 0.5 ? Math.floor(0.5 + z) : Math.floor(0.5 + 10 * z) / 10));
      const z = q(steps);
      const bowl = sum(z.map((zi, i) => 10 ** (2 * share(i, d)) * zi * zi));
      return 0.1 * Math.max(Math.abs(slopes[0] as number) / 1e4, bowl);
    };
  },
  'bent-cigar': (rng, d) => {
    const r = rotation(rng, d);
    return (x) => {
      const [first = 0, ...others] = r(asymmetric(0.5)(r(x)));
      return first * first + 1e6 * squares(others);
    };
  },
  'different-powers': (rng, d) => {
    const r = rotation(rng, d);
    return (x) => Math.sqrt(sum(r(x).map((zi, i) => Math.abs(zi) ** (2 + 4 * share(i, d)))));
  },
  weierstrass: (rng, d) => {
    const [q, r] = [rotation(rng, d), rotation(rng, d)];
    const waves = (z: number) => sum(powers.map(([a, b]) => a * Math.cos(2 * Math.PI * b * (z + 0.5))));
    return (x) => {
      const z = r(stretched(0.01)(q(oscillated(r(x)))));
      return 10 * (sum(z.map(waves)) / d - waves(0)) ** 3;
    };
  },
  'griewank-rosenbrock': (rng, d) => {
    const r = rotation(rng, d);
    return (x) => {
      const z = r(x).map((zi) => Math.max(1, Math.sqrt(d) / 8) * zi + 1);
      const s = z.slice(0, -1).map((zi, i) => 100 * (zi * zi - (z[i + 1] as number)) ** 2 + (zi - 1) ** 2);
      return (10 / (d - 1)) * sum(s.map((si) => si / 4000 - Math.cos(si))) + 10;
    };
  },
};

export const bbobProblems = (dimensions: number): readonly QualityProblem[] =>
  Object.entries({ ...known, ...heldOut }).map(([name, make]) => bbob(name, dimensions, make));
