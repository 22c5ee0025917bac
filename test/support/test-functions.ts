import { categorical } from '../../src/space/categorical-distribution.ts';
import { float } from '../../src/space/float-distribution.ts';
import { int } from '../../src/space/int-distribution.ts';
import type { Suggest } from './search.ts';

// The functions of test/golden/optuna/make_search_quality.py, each with a difficulty of its own for a sampler.

const unit = float(0, 1);
const positive = float(0.05, 20, { log: true });

/** Five equal parameters. */
function sphere(suggest: Suggest): number {
  const wide = float(-5, 5);
  return [0, 1, 2, 3, 4].reduce((sum, i) => sum + (Number(suggest(`x${i}`, wide)) - 1.5) ** 2, 0);
}

/** A curved valley in two logarithms: only both together are good. */
function rosenbrock(suggest: Suggest): number {
  const u = Math.log(Number(suggest('a', positive)));
  const v = Math.log(Number(suggest('b', positive)));
  return 100 * (v - u * u) ** 2 + (1 - u) ** 2;
}

/** The best numbers depend on a choice, and one choice on another. */
function choices(suggest: Suggest): number {
  const kind = suggest('kind', categorical(['a', 'b', 'c', 'd'])) as 'a' | 'b' | 'c' | 'd';
  const flag = suggest('flag', categorical([true, false]));
  const [x, y] = [Number(suggest('x', unit)), Number(suggest('y', unit))];
  const centre = { a: 0.2, b: 0.4, c: 0.6, d: 0.8 }[kind];
  const offset = { a: 0.3, b: 0, c: 0.1, d: 0.5 }[kind] + (flag === 'bd'.includes(kind) ? 0 : 0.2);
  return offset + 4 * (x - centre) ** 2 + 4 * (y - 1 + centre) ** 2;
}

/** Integers: few, in logarithms, with a step, many. */
function integers(suggest: Suggest): number {
  const layers = Number(suggest('layers', int(1, 12)));
  const width = Number(suggest('width', int(8, 1024, { log: true })));
  const units = Number(suggest('units', int(16, 512, { step: 16 })));
  const steps = Number(suggest('steps', int(0, 200)));
  return 0.3 * Math.abs(layers - 7) + Math.log(width / 96) ** 2 + ((units - 208) / 64) ** 2 + ((steps - 130) / 40) ** 2;
}

/** Parameters that depend on a choice. */
function conditional(suggest: Suggest): number {
  const optimizer = suggest('optimizer', categorical(['adam', 'sgd', 'lion']));
  const rate = (low: number, high: number) =>
    Math.log10(Number(suggest(`optimizer.${optimizer}.rate`, float(low, high, { log: true }))));
  if (optimizer === 'adam') {
    const logRate = rate(1e-5, 1e-1);
    return 0.1 + 0.3 * (logRate + 3) ** 2 + 10 * (Number(suggest('optimizer.adam.beta', float(0.5, 0.999))) - 0.9) ** 2;
  }
  if (optimizer === 'sgd') {
    const logRate = rate(1e-3, 1);
    return 0.3 * (logRate + 1) ** 2 + 2 * (Number(suggest('optimizer.sgd.momentum', unit)) - 0.8) ** 2;
  }
  return 0.15 + 0.3 * (rate(1e-6, 1e-2) + 4) ** 2;
}

/** Mixed kinds, values in plateaus, and noise on them. */
function plateaus(suggest: Suggest): number {
  const [x, z] = [Number(suggest('x', unit)), Number(suggest('z', unit))];
  const y = Number(suggest('y', float(0, 1, { step: 0.05 })));
  const width = Number(suggest('width', int(1, 64)));
  const distance = (x - 0.7) ** 2 + (y - 0.3) ** 2 + (z - 0.5) ** 2 + ((width - 40) / 64) ** 2;
  const noise = Math.sin(12.9898 * x + 78.233 * z) * 43758.5453;
  return Math.floor(20 * Math.sqrt(distance)) / 20 + 0.02 * (noise - Math.floor(noise));
}

export const testFunctions = { sphere, rosenbrock, choices, integers, conditional, plateaus } as const;
export type TestFunction = keyof typeof testFunctions;
