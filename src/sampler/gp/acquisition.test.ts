import { expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { logFeasibility, logImprovement, together } from './acquisition.ts';
import { hyperparametersOf } from './log-posterior.ts';
import { Posterior } from './posterior.ts';

const rng = new Rng('acquisition');
const point = () => Float64Array.of(rng.uniform(), rng.uniform(), rng.uniform(), rng.integer(3) - 1);
const points = Array.from({ length: 20 }, point);
const values = Float64Array.from(points, ([x = 0, y = 0, , c = 0]) => Math.sin(7 * x) + y * y + c);
const believed = [point(), point()];
const hyperparameters = hyperparametersOf(Float64Array.of(2, 1, 0, 0.5, 0.1, -6));
const posterior = new Posterior({ points, values, numbers: 3 }, hyperparameters, believed);
const acquisitions = [
  ['improvement', logImprovement(posterior, -1)],
  ['improvement far away', logImprovement(posterior, -20)],
  ['feasibility', logFeasibility(posterior, 0.3)],
  ['feasibility far away', logFeasibility(posterior, -30)],
  ['both', together([logImprovement(posterior, -1), logFeasibility(posterior, 0.3)])],
] as const;

it.each(acquisitions)('the gradient of the %s is that of its differences', (_, acquisition) => {
  for (let i = 0; i < 8; i++) {
    const at = point();
    const gradient = new Float64Array(4);
    const value = acquisition.addGradient(at, gradient);
    expect(value).toBeCloseTo(acquisition.at(at), 9);
    for (const j of [0, 1, 2]) {
      const [before, after] = [at.slice(), at.slice()] as [Float64Array, Float64Array];
      before[j] = (at[j] as number) - 1e-5;
      after[j] = (at[j] as number) + 1e-5;
      const slope = (acquisition.at(after) - acquisition.at(before)) / 2e-5;
      expect(Math.abs((gradient[j] as number) - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
    }
    expect(gradient[3]).toBe(0);
  }
});

it.each(acquisitions)('the %s of many points is that of each', (_, acquisition) => {
  for (const count of [0, 1, 4, 7]) {
    const some = Array.from({ length: count }, point);
    const all = [...acquisition.atAll(some)];
    expect(all.length).toBe(count);
    for (const [i, merit] of all.entries()) expect(merit).toBeCloseTo(acquisition.at(some[i] as Float64Array), 9);
  }
});

it('is finite at a point that was observed, and improves with the best to beat', () => {
  const [observed] = points as [Float64Array];
  for (const best of [-5, -1, 0, 3]) {
    const [here, easier] = [logImprovement(posterior, best), logImprovement(posterior, best + 0.5)];
    expect(Number.isFinite(here.at(observed))).toBe(true);
    expect(easier.at(observed)).toBeGreaterThan(here.at(observed));
  }
});
