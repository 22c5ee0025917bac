import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, type search, searchByRun, startingTrial } from '../../../test/support/search.ts';
import { testFunctions } from '../../../test/support/test-functions.ts';
import { hypervolume } from '../../math/hypervolume.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { lossesOf } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { random } from '../random.ts';
import type { CrossoverOptions } from './options.ts';
import { nsga2, nsga3 } from './sampler.ts';

const KEY = 'NSGAIISampler:generation';
const CROSSOVERS: readonly CrossoverOptions['kind'][] = ['uniform', 'blxAlpha', 'spx', 'sbx', 'vsbx', 'undx'];

const unit = float(0, 1);
const mixed = {
  x: float(1e-4, 1, { log: true }),
  y: float(-3, 3, { step: 0.5 }),
  n: int(1, 40),
  kind: categorical(['a', 'b', 'c']),
};

/** One trial after the other, with the attributes that the sampler stores. */
function run(
  sampler: ReturnType<typeof nsga2>,
  distributions: Parameters<typeof search>[1],
  objective: (params: Record<string, number>, number: number) => Partial<FrozenTrial>,
  count: number,
  shape: Parameters<typeof historyOf>[1] = {},
) {
  const history = historyOf([], shape);
  for (let number = 0; number < count; number++) {
    const trial = startingTrial(number);
    const { params, attrs = {} } = atOnce(sampler.start(history, trial));
    const drawn = Object.fromEntries(
      Object.entries(distributions).map(([name, distribution]) => {
        const value = params.get(name);
        expect(value === undefined || distribution.contains(value)).toBe(true);
        return [name, value ?? atOnce(sampler.sample(history, trial, name, distribution))];
      }),
    );
    const own = objective(drawn as Record<string, number>, number);
    const systemAttrs = { ...attrs, ...own.systemAttrs };
    history.update([frozenTrial(number, { params: drawn, distributions, ...own, systemAttrs })]);
  }
  return history.trials;
}

/** ZDT1 (Zitzler, Deb and Thiele 2000) of 6 parameters. */
function zdt1(params: Record<string, number>): number[] {
  const [first = 0, ...rest] = Object.values(params);
  const g = 1 + (9 * rest.reduce((sum, x) => sum + x, 0)) / rest.length;
  return [first, g * (1 - Math.sqrt(first / g))];
}

const six = Object.fromEntries([0, 1, 2, 3, 4, 5].map((at) => [`x${at}`, unit]));
const covered = (trials: readonly FrozenTrial[]) =>
  hypervolume(
    trials.map(({ values }) => values as readonly number[]),
    [1.1, 8],
  );

describe('nsga2()', () => {
  it.each(CROSSOVERS)('comes nearer to a front than random search, by %s', (crossover) => {
    const several = { directions: ['minimize', 'minimize'] as const };
    const objective = (params: Record<string, number>) => ({ values: zdt1(params) });
    const found = run(nsga2({ populationSize: 20, crossover }), six, objective, 400, several);
    const chance = run(random(), six, objective, 400, several);
    expect(covered(found)).toBeGreaterThan(covered(chance));
  });

  it.each(['polynomial', undefined] as const)(
    'finds a mixed optimum of one direction, maximised: mutation %s',
    (mutation) => {
      const loss = ({ x = 0, y = 0, n = 0, kind }: Record<string, number>) =>
        (Math.log10(x) + 2) ** 2 + y ** 2 + ((n - 20) / 10) ** 2 + (String(kind) === 'b' ? 0 : 1);
      const objective = (params: Record<string, number>) => ({ values: [-loss(params)] });
      const sampler = nsga2({ populationSize: 20, ...(mutation && { mutation, crossover: 'sbx' }) });
      const found = run(sampler, mixed, objective, 600, { directions: ['maximize'] });
      const chance = run(random(), mixed, objective, 600, { directions: ['maximize'] });
      const best = (trials: readonly FrozenTrial[]) => Math.max(...trials.map(({ values }) => values?.[0] as number));
      expect(best(found)).toBeGreaterThan(-0.05);
      expect(best(found)).toBeGreaterThan(best(chance));
    },
  );

  it('has generations of so many complete trials, whatever others do', () => {
    const states = ['COMPLETE', 'FAIL', 'COMPLETE', 'PRUNED'] as const;
    const objective = (params: Record<string, number>, number: number): Partial<FrozenTrial> => {
      const state = states[number % 4] as (typeof states)[number];
      return { state, values: state === 'COMPLETE' ? [params.x0 as number] : null };
    };
    const trials = run(nsga2({ populationSize: 5 }), six, objective, 60);
    const complete = trials.filter(({ state }) => state === 'COMPLETE');
    for (const [at, { systemAttrs }] of complete.entries()) expect(systemAttrs[KEY]).toBe(Math.floor(at / 5));
  });

  it('draws the first generation, and parameters that not all trials have, as random() does', () => {
    const trials = searchByRun(nsga2({ populationSize: 4 }), testFunctions.conditional, 30, 3);
    const chance = searchByRun(random(), testFunctions.conditional, 30, 3);
    expect(trials.slice(0, 4)).toEqual(chance.slice(0, 4));
    for (const { params, distributions } of trials) {
      for (const [name, value] of Object.entries(params)) expect(distributions[name]?.contains(value)).toBe(true);
    }
  });

  it('keeps to what is feasible', () => {
    const objective = ({ x0 = 0, x1 = 0 }: Record<string, number>) => ({
      values: [x0 + x1],
      systemAttrs: { 'constraints:sum': 1 - x0 - x1, 'constraints:x': x0 > 0.9 ? Number.NaN : -1 },
    });
    const trials = run(nsga2({ populationSize: 20, crossover: 'blxAlpha' }), { x0: unit, x1: unit }, objective, 500);
    const last = trials.slice(-100).map(({ params }) => Number(params.x0) + Number(params.x1));
    expect(last.filter((sum) => sum >= 1).length).toBeGreaterThan(40); // half of random points
    expect(Math.min(...last.filter((sum) => sum >= 1))).toBeLessThan(1.02);
    expect(last.reduce((sum, each) => sum + each / 100, 0)).toBeLessThan(1.2);
  });

  it('depends on seed, number and history, not on the order in which trials came', () => {
    const objective = (params: Record<string, number>) => ({ values: zdt1(params) });
    const trials = run(nsga2({ populationSize: 6 }), six, objective, 40, { directions: ['minimize', 'minimize'] });
    const shape = { directions: ['minimize', 'minimize'] as const };
    const grown = historyOf([], shape);
    const sampler = nsga2({ populationSize: 6 });
    for (const trial of trials.toReversed()) {
      grown.update([trial]);
      sampler.start(grown, startingTrial(40));
    }
    const next = (history: typeof grown, seed = 1) => atOnce(sampler.start(history, startingTrial(40, seed)));
    expect(next(grown)).toEqual(next(historyOf(trials, shape)));
    expect(next(grown)).not.toEqual(next(grown, 2));
  });
});

describe('nsga3()', () => {
  const three = { directions: ['minimize', 'maximize', 'minimize'] as const };
  /** DTLZ2 (Deb et al. 2002) of three objectives, the second one turned round. */
  const dtlz2 = ({ x0 = 0, x1 = 0, ...rest }: Record<string, number>) => {
    const g = 1 + Object.values(rest).reduce((sum, x) => sum + (x - 0.5) ** 2, 0);
    const [a, b] = [(x0 * Math.PI) / 2, (x1 * Math.PI) / 2];
    return { values: [g * Math.cos(a) * Math.cos(b), -g * Math.cos(a) * Math.sin(b), g * Math.sin(a)] };
  };
  const volume = (trials: readonly FrozenTrial[]) =>
    hypervolume(
      trials.map(({ values }) => lossesOf(values as readonly number[], three.directions)),
      [2, 2, 2],
    );

  it('comes nearer to a front than random search, with directions to maximise, too', () => {
    const found = run(nsga3({ populationSize: 20, crossover: 'sbx' }), six, dtlz2, 300, three);
    expect(volume(found)).toBeGreaterThan(volume(run(random(), six, dtlz2, 300, three)));
  });

  it('follows from seed and history, its niches included', () => {
    const runs = [1, 2].map(() => run(nsga3({ populationSize: 6 }), six, dtlz2, 60, three));
    expect(runs[0]).toEqual(runs[1]);
  });

  it('keeps to the reference points that it is given', () => {
    const objective = ({ x = 0, y = 0 }: Record<string, number>) => ({ values: [x + y, 1 - x + y] });
    const nearZero = (referencePoints: readonly (readonly [number, number])[]) => {
      const sampler = nsga3({ populationSize: 10, referencePoints });
      const trials = run(sampler, { x: unit, y: unit }, objective, 400, { directions: ['minimize', 'minimize'] });
      return trials.slice(200).filter(({ params }) => Number(params.x) < 0.5).length;
    };
    const points = Array.from({ length: 10 }, (_, at) => [at / 20, 1] as const);
    expect(nearZero(points)).toBeGreaterThan(1.5 * nearZero(points.map(([a, b]) => [b, a])));
  });
});

describe('refused are', () => {
  const study = (count: number) => ({ name: 's', directions: Array(count).fill('minimize'), space: new Map() });
  it.each([
    [{ populationSize: 1 }, '`populationSize` is 1; give a whole number from 2 on.'],
    [{ populationSize: 2, crossover: 'spx' }, '`populationSize` is 2; `spx` needs at least 3.'],
    [
      { crossover: 'two-point' },
      "`crossover` is \"two-point\"; give 'uniform', 'blxAlpha', 'spx', 'sbx', 'vsbx', 'undx'.",
    ],
    [{ crossover: { kind: 'sbx', eta: -1 } }, '`eta` is -1; give a number from 0 on.'],
    [
      { crossover: { kind: 'sbx', alpha: 1 } },
      'there is no `alpha`; there are eta, uniformCrossoverProb, useChildGeneProb.',
    ],
    [{ mutation: 'swap' }, '`mutation` is "swap"; give \'polynomial\'.'],
    [{ mutationProb: 2 }, '`mutationProb` is 2; give a number from 0 to 1.'],
    [{ dividingParameter: 3 }, 'there is no `dividingParameter`; there are '],
  ])('%o', (options, message) => {
    expect(() => nsga2(options as never)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: expect.stringContaining(`nsga2(): ${message}`) }),
    );
  });

  it('reference points without direction, and those of another number of objectives', () => {
    const wrong = 'nsga3(): `referencePoints` must be a list of points, each of numbers from 0 on that are not all 0.';
    for (const referencePoints of [[], [[0, 0]], [[-1, 1]], [1]]) {
      expect(() => nsga3({ referencePoints } as never)).toThrow(wrong);
    }
    expect(() => nsga3({ referencePoints: [[1, 0]] }).checkStudy?.(study(3))).toThrow(
      'nsga3(): a reference point has 2 numbers, and the study "s" 3 directions.',
    );
    expect(() => nsga3({ referencePoints: [[1, 0]] }).checkStudy?.(study(2))).not.toThrow();
  });
});
