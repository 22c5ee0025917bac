import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, type Distributions, startingTrial } from '../../../test/support/search.ts';
import type { StudyShape } from '../../history/history.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { random } from '../random.ts';
import type { Sampler } from '../sampler.ts';
import { CMA_ES_ATTR, cmaEs } from './sampler.ts';

type Values = Readonly<Record<string, number>>;

/** One trial after the other, with the attributes that the sampler stores. */
function run(
  sampler: Sampler,
  distributions: Distributions,
  objective: (params: Values, number: number) => Partial<FrozenTrial>,
  count: number,
  { seed = 1, ...shape }: Partial<StudyShape> & { readonly seed?: number } = {},
): readonly FrozenTrial[] {
  const history = historyOf([], shape);
  for (let number = 0; number < count; number++) {
    const trial = startingTrial(number, seed);
    const { params, attrs = {} } = atOnce(sampler.start(history, trial));
    const drawn = Object.fromEntries(
      Object.entries(distributions).map(([name, distribution]) => {
        const value = params.get(name);
        expect(value === undefined || distribution.contains(value)).toBe(true);
        return [name, value ?? atOnce(sampler.sample(history, trial, name, distribution))];
      }),
    );
    history.update([
      frozenTrial(number, { params: drawn, distributions, systemAttrs: attrs, ...objective(drawn as Values, number) }),
    ]);
  }
  return history.trials;
}

const bestOf = (trials: readonly FrozenTrial[]) => Math.min(...trials.map(({ values }) => values?.[0] ?? Infinity));
const placeOf = ({ systemAttrs }: FrozenTrial) =>
  systemAttrs[CMA_ES_ATTR] as { run: number; generation: number } | undefined;

const five = Object.fromEntries([0, 1, 2, 3, 4].map((at) => [`x${at}`, float(-5, 5)]));
/** A valley along the diagonal. */
const valley = (params: Values) => {
  const x = Object.values(params);
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  return { values: [x.reduce((sum, v) => sum + 100 * (v - mean) ** 2, 0) + (mean - 1) ** 2] };
};

const mixed = {
  rate: float(1e-5, 1, { log: true }),
  n: int(1, 40),
  half: float(0, 10, { step: 0.5 }),
  units: int(8, 512, { log: true }),
  kind: categorical(['a', 'b', 'c', 'd']),
};
const mixedLoss = ({ rate = 0, n = 0, half = 0, units = 0, kind }: Values) => ({
  values: [
    (Math.log10(rate) + 3) ** 2 +
      ((n - 17) / 5) ** 2 +
      (half - 7.5) ** 2 +
      Math.log(units / 64) ** 2 +
      (String(kind) === 'c' ? 0 : 1),
  ],
});

describe('cmaEs()', () => {
  it.each([
    ['as it is', {}],
    ['with adapted learning rates', { adaptLearningRate: true }],
    ['with BIPOP', { restarts: 'bipop' }],
  ] as const)('finds the end of a turned valley, %s', (_, options) => {
    const found = bestOf(run(cmaEs(options), five, valley, 900));
    expect(found).toBeLessThan(0.1);
    expect(bestOf(run(random(), five, valley, 900))).toBeGreaterThan(1);
  });

  it('finds a straight optimum of many parameters, separable', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`x${at}`, float(-5, 5)]));
    const sphere = (params: Values) => ({
      values: [Object.values(params).reduce((sum, x, at) => sum + 10 ** (at / 10) * (x - 1) ** 2, 0)],
    });
    const best = (separable: boolean) => bestOf(run(cmaEs({ separable }), many, sphere, 1000));
    expect(best(true)).toBeLessThan(1);
    expect(best(true)).toBeLessThan(best(false));
  });

  it('finds a mixed optimum: integers, steps, logarithms, choices', () => {
    expect(bestOf(run(cmaEs(), mixed, mixedLoss, 400))).toBeLessThan(0.1);
    const maximised = (params: Values) => ({ values: [-(mixedLoss(params).values[0] as number)] });
    const trials = run(cmaEs(), mixed, maximised, 400, { directions: ['maximize'] });
    expect(Math.max(...trials.map(({ values }) => values?.[0] as number))).toBeGreaterThan(-0.1);
    const last = trials.slice(-50).filter(({ params }) => params.kind === 'c');
    expect(last.length).toBeGreaterThan(25);
  });

  it('leaves choices to chance where it is told to', () => {
    const trials = run(cmaEs({ choices: false }), mixed, mixedLoss, 300).slice(-100);
    expect(trials.filter(({ params }) => params.kind === 'c').length).toBeLessThan(50);
    const only = run(
      cmaEs(),
      { kind: mixed.kind, flag: categorical([0, 1]) },
      (params) => ({
        values: [(String(params.kind) === 'b' ? 0 : 1) + (params.flag as number)],
      }),
      150,
    );
    expect(only.slice(-40).filter(({ params }) => params.kind === 'b' && params.flag === 0).length).toBeGreaterThan(20);
  });

  it('keeps trying the neighbours of an integer with a margin, and freezes without', () => {
    const few = { x: float(-1, 1), y: float(-1, 1), n: int(0, 20) };
    const objective = ({ x = 0, y = 0, n = 0 }: Values) => ({ values: [x * x + y * y + Math.abs(n - 4)] });
    const tried = (margin: boolean) => {
      const trials = run(cmaEs({ margin, restarts: 'none' }), few, objective, 500).slice(-100);
      return new Set(trials.map(({ params }) => params.n)).size;
    };
    expect(tried(true)).toBeGreaterThan(1);
    expect(tried(false)).toBe(1);
  });

  it('draws the first trials and parameters that not all trials have as random() does', () => {
    const extended = (sampler: Sampler) =>
      run(
        sampler,
        five,
        (params, number) => {
          const own =
            number % 2 === 0 ? { params: { ...params, extra: 1 }, distributions: { ...five, extra: int(0, 9) } } : {};
          return { ...valley(params), ...own };
        },
        40,
      );
    expect(extended(cmaEs({ startupTrials: 5 })).slice(0, 5)).toEqual(extended(random()).slice(0, 5));
    const history = historyOf(extended(cmaEs()));
    expect([...atOnce(cmaEs().start(history, startingTrial(40))).params.keys()]).toEqual(Object.keys(five));
    expect(cmaEs().sample(history, startingTrial(40), 'extra', int(0, 9))).toBe(
      random().sample(history, startingTrial(40), 'extra', int(0, 9)),
    );
  });

  it('has generations of so many complete trials, whatever others do', () => {
    const states = ['COMPLETE', 'FAIL', 'COMPLETE', 'PRUNED'] as const;
    const objective = (params: Values, number: number) => {
      const state = states[number % 4] as (typeof states)[number];
      return { state, values: state === 'COMPLETE' ? valley(params).values : null };
    };
    const trials = run(cmaEs({ populationSize: 6 }), five, objective, 80);
    const complete = trials.filter(({ state }) => state === 'COMPLETE').slice(1);
    for (const [at, trial] of complete.entries()) expect(placeOf(trial)?.generation).toBe(Math.floor(at / 6));
  });

  it('counts pruned trials by their last report where it is told to', () => {
    const objective = (params: Values, number: number) => {
      const [value = 0] = valley(params).values;
      const reports = new Map([
        [0, 1e9],
        [1, number % 7 === 3 ? Number.NaN : value],
      ]);
      return number % 2 === 0
        ? { values: [value] }
        : { state: 'PRUNED' as const, values: null, intermediateValues: reports };
    };
    const generations = (considerPruned: boolean) =>
      Math.max(
        ...run(cmaEs({ populationSize: 5, considerPruned }), five, objective, 80).map(
          (t) => placeOf(t)?.generation ?? 0,
        ),
      );
    expect(generations(true)).toBeGreaterThan(1.6 * generations(false));
  });

  it('begins anew elsewhere once it has converged, with more trials at a time', () => {
    const flat = { x: float(0, 1), y: float(0, 1) };
    const steep = ({ x = 0, y = 0 }: Values) => ({ values: [Math.abs(x - 0.25) + Math.abs(y - 0.5)] });
    const sizes = (restarts: 'ipop' | 'bipop' | 'none') => {
      const trials = run(cmaEs({ restarts, populationSize: 4 }), flat, steep, 1600);
      const counts = new Map<number, Map<number, number>>();
      for (const trial of trials.slice(1)) {
        const { run: of, generation } = placeOf(trial) as { run: number; generation: number };
        const own = counts.get(of) ?? new Map<number, number>();
        counts.set(of, own.set(generation, (own.get(generation) ?? 0) + 1));
      }
      return [...counts.values()].map((generations) => generations.get(0));
    };
    expect(sizes('none')).toEqual([4]);
    expect(sizes('ipop').slice(0, 3)).toEqual([4, 8, 16]);
    const bipop = sizes('bipop') as number[];
    expect(bipop.slice(0, 2)).toEqual([4, 8]);
    expect(bipop.slice(2).some((size) => size >= 4 && size < 8)).toBe(true);
  });

  it('begins where it is told to: at x0, or about another study’s best trials', () => {
    const near = (sampler: Sampler) => {
      const trials = run(sampler, five, () => ({ values: [0] }), 8).slice(1);
      return trials.flatMap(({ params }) => Object.values(params).map((x) => Math.abs(Number(x) - 3)));
    };
    expect(Math.max(...near(cmaEs({ x0: { x0: 3, x1: 3, x2: 3, x3: 3, x4: 3 }, sigma0: 0.01 })))).toBeLessThan(0.5);
    expect(Math.max(...near(cmaEs({ sigma0: 0.01 })))).toBeGreaterThan(2.5);
    const source = run(
      random(),
      five,
      (params) => ({
        values: [Object.values(params).reduce((sum, x) => sum + (x - 3) ** 2, 0)],
      }),
      400,
      { seed: 9 },
    );
    const mean = (distances: number[]) => distances.reduce((sum, x) => sum + x / distances.length, 0);
    expect(mean(near(cmaEs({ sourceTrials: source })))).toBeLessThan(0.75 * mean(near(cmaEs())));
  });

  it('begins about the best trials of studies that it is to learn from', () => {
    const earlier = Array.from({ length: 60 }, (_, at) => ({
      params: Object.fromEntries(Object.keys(five).map((name) => [name, at < 30 ? 3 + Math.sin(at) / 10 : -4])),
      loss: at / 30 - 1,
    }));
    const distances = (given: typeof earlier) => {
      const trials = run(cmaEs(), five, () => ({ values: [0] }), 8, { earlier: given }).slice(1);
      return trials.flatMap(({ params }) => Object.values(params).map((x) => Math.abs(Number(x) - 3)));
    };
    const mean = (all: number[]) => all.reduce((sum, x) => sum + x / all.length, 0);
    expect(mean(distances(earlier))).toBeLessThan(0.5 * mean(distances([])));
    const others = earlier.map(({ loss }) => ({ params: { other: 1 }, loss }));
    expect(distances(others as never)).toEqual(distances([]));
  });

  it('follows from the trials alone, whatever the order in which they came', () => {
    const all = run(cmaEs({ populationSize: 5 }), mixed, mixedLoss, 60);
    const sampler = cmaEs({ populationSize: 5 });
    const next = (history: ReturnType<typeof historyOf>) => atOnce(sampler.start(history, startingTrial(60)));
    const expected = next(historyOf(all));
    fc.assert(
      fc.property(fc.shuffledSubarray([...all.keys()], { minLength: 60, maxLength: 60 }), (order) => {
        const history = historyOf([]);
        for (const [at, number] of order.entries()) {
          history.update([all[number] as FrozenTrial]);
          if (at % 7 === 0) next(history);
        }
        expect(next(history)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
    expect(atOnce(sampler.start(historyOf(all), startingTrial(60, 2)))).not.toEqual(expected);
  });

  it('begins anew in another space', () => {
    const all = run(cmaEs(), five, valley, 60);
    const wider = { ...five, x0: float(-9, 9) };
    const one = frozenTrial(60, { params: all[0]?.params ?? {}, distributions: wider });
    const { attrs, params } = atOnce(cmaEs().start(historyOf([...all, one]), startingTrial(61)));
    expect([...params.keys()]).not.toContain('x0');
    expect(attrs?.[CMA_ES_ATTR]).toMatchObject({ run: 0, generation: 0 });
  });

  it('tells a value that the trial has already as it is tried', () => {
    const history = historyOf(run(cmaEs(), mixed, mixedLoss, 30));
    const trial = { ...startingTrial(30), params: { n: 1 } };
    const { attrs } = atOnce(cmaEs().start(history, trial));
    expect(attrs?.[CMA_ES_ATTR]).toMatchObject({ drawn: expect.arrayContaining([0.5 / 40]) });
  });
});

describe('cmaEs() refuses', () => {
  const source = [frozenTrial(0, { params: { y: 1 }, distributions: { y: float(0, 1) } })];
  it.each([
    [{ populationSize: 3 }, '`populationSize` is 3; give a whole number from 4 on.'],
    [{ restarts: 'often' }, "`restarts` is \"often\"; give 'ipop' or 'bipop' or 'none'."],
    [{ sigma0: 0 }, '`sigma0` is 0; give a number above 0 and up to 1.'],
    [{ sourceTrials: [] }, '`sourceTrials` is an array; give an array of at least one trial.'],
    [
      { sourceTrials: source, sigma0: 1 },
      '`sourceTrials` say where to begin; leave `x0`, `sigma0` and `separable` out.',
    ],
    [
      { separable: true, adaptLearningRate: true },
      '`adaptLearningRate` and `separable` do not go together; leave one out.',
    ],
    [{ x0: { x: [1] } }, '`x` of `x0` is an array, which no parameter can be.'],
  ])('%o', (options, message) => {
    expect(() => cmaEs(options as never)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `cmaEs(): ${message}` }),
    );
  });

  it('several directions, and an x0 that the space does not contain', () => {
    const study = { name: 's', directions: ['minimize'] as const, space: new Map([['x', float(0, 1)]]) };
    const check =
      (x0: object, of: StudyShape = study) =>
      () =>
        cmaEs({ x0 }).checkStudy?.(of);
    expect(check({}, { ...study, directions: ['minimize', 'minimize'] })).toThrow('use nsga2() or tpe().');
    expect(check({ x: 2 })).toThrow('cmaEs(): `x0` has 2 for `x`, float(0, 1).');
    expect(check({ y: 2 })).toThrow('cmaEs(): `x0` has `y`, which "s" does not.');
    expect(check({ x: 0.5 })).not.toThrow();
  });

  it('source trials without the parameters', () => {
    const history = historyOf(run(random(), { x: float(0, 1) }, () => ({ values: [1] }), 2));
    expect(() => cmaEs({ sourceTrials: source }).start(history, startingTrial(2))).toThrow(
      expect.objectContaining({
        code: 'HPO_INVALID_ARGUMENT',
        message: 'cmaEs(): none of the 1 source trials has a value and all of x.',
      }),
    );
  });
});
