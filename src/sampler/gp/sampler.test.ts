import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, type ParamValues, search, searchByRun, startingTrial, suggest } from '../../../test/support/search.ts';
import { testFunctions } from '../../../test/support/test-functions.ts';
import { HpoError } from '../../base/errors.ts';
import { Rng } from '../../base/rng.ts';
import type { History } from '../../history/history.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { space } from '../../space/search-space.ts';
import { variant } from '../../space/variant.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { random } from '../random.ts';
import type { GpOptions } from './options.ts';
import { GpSampler, gp } from './sampler.ts';

// The sampler without its thread, which has a test of its own.
const sampler = (options?: GpOptions) => new GpSampler(options);

const mixed = {
  rate: float(1e-4, 1, { log: true }),
  layers: int(1, 8),
  kind: categorical(['a', 'b', 'c', null]),
};

function loss(params: ParamValues): number {
  const { rate, layers, kind } = params as Record<keyof typeof mixed, never>;
  return (Math.log10(rate) + 2) ** 2 + 0.2 * Math.abs(layers - 5) + (kind === 'b' ? 0 : 1);
}

const randomTrials = (count: number, objective = loss) => search(random(), mixed, objective, count, 7);
const best = (trials: readonly FrozenTrial[]) => Math.min(...trials.map(({ values }) => values?.[0] ?? Infinity));
const start = (history: History, number: number, params: ParamValues = {}) =>
  atOnce(sampler().start(history, { ...startingTrial(number), params })).params;

describe('gp() finds', () => {
  it('trade-offs of several directions, from one end to the other', () => {
    const tradeOff = ({ x, y }: ParamValues) => {
      const distance = (Number(y) - 0.3) ** 2;
      return [Number(x) ** 2 + distance, -((Number(x) - 1) ** 2) - distance];
    };
    const plane = { x: float(-2, 3), y: float(-1, 1) };
    const found = search(sampler(), plane, tradeOff, 40, 2, ['minimize', 'maximize']).slice(10);
    const near = found
      .filter(({ params }) => Math.abs(Number(params.y) - 0.3) < 0.1)
      .map(({ params }) => Number(params.x));
    expect(near.length).toBeGreaterThan(20);
    for (const [low, high] of [
      [-0.1, 0.2],
      [0.2, 0.4],
      [0.4, 0.6],
      [0.6, 0.8],
      [0.8, 1.1],
    ] as const) {
      expect(near.some((x) => x >= low && x < high)).toBe(true);
    }
  });

  it('the minimum of a sphere in 30 trials, to a thousandth of a random point’s distance', () => {
    const objective = testFunctions.sphere;
    const typical = searchByRun(random(), objective, 101, 3)
      .map(({ values }) => values?.[0] ?? 0)
      .sort((a, b) => a - b);
    expect(best(searchByRun(sampler(), objective, 30, 1))).toBeLessThan(1e-3 * (typical[50] as number));
  });

  it('what it minimises by maximising the opposite', () => {
    const opposite = (params: ParamValues) => -loss(params);
    const found = search(sampler(), mixed, opposite, 16, 1, ['maximize']);
    expect(found.map(({ params }) => params)).toEqual(
      search(sampler(), mixed, loss, 16, 1).map(({ params }) => params),
    );
  });

  it('as good values when a trial has diverged', () => {
    const diverging = (params: ParamValues) => (Number(params.rate) > 0.5 ? 1e30 : loss(params));
    const worst = Math.max(...[1, 2].map((seed) => best(search(sampler(), mixed, diverging, 24, seed))));
    expect(worst).toBeLessThan(0.05);
  });

  it('the numbers of a branch, and the branch, of a declared space and of one that is asked for', () => {
    const choice = variant({ good: { x: float(0, 1) }, bad: { y: float(0, 1) }, none: {} });
    const { distributions } = space({ choice });
    const value = (params: ParamValues) =>
      params.choice === 'good' ? Math.abs(Number(params['choice.good.x']) - 0.7) : params.choice === 'bad' ? 1 : 0.5;
    const isAsked = (name: string, params: ParamValues) =>
      name === 'choice' || name.startsWith(`choice.${params.choice}.`);
    for (const declared of [new Map(Object.entries(distributions)), new Map<string, Distribution>()]) {
      const history = historyOf([], { space: declared });
      for (let number = 0; number < 24; number++) {
        const params: Record<string, ParamValue> = {};
        const drawn = start(history, number);
        for (const [name, distribution] of Object.entries(distributions)) {
          if (!isAsked(name, params)) continue;
          params[name] = drawn.get(name) ?? sampler().sample(history, startingTrial(number), name, distribution);
        }
        const own = Object.fromEntries(Object.keys(params).map((name) => [name, distributions[name] as Distribution]));
        history.update([frozenTrial(number, { params, distributions: own, values: [value(params)] })]);
      }
      expect(best(history.trials)).toBeLessThan(0.02);
    }
  });
});

describe('gp() gives the same', () => {
  const states: readonly TrialState[] = ['COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL', 'RUNNING'];

  it('for the same history, whatever it has seen before and in whatever order', () => {
    const rng = new Rng('moments');
    const [kept, history] = [sampler(), historyOf([])];
    for (let number = 0; number < 30; number++) {
      const params = suggest(kept, history, number, mixed);
      const shuffled = historyOf([]);
      for (const at of rng.permutation(number)) shuffled.update([history.trials[at] as FrozenTrial]);
      if (number % 3 === 0) expect(suggest(sampler(), shuffled, number, mixed)).toEqual(params);
      const state = states[rng.integer(5)] as TrialState;
      history.update([
        frozenTrial(number, {
          params,
          distributions: mixed,
          state,
          values: state === 'COMPLETE' ? [loss(params)] : null,
          intermediateValues: new Map([[rng.integer(3), loss(params) + rng.normal()]]),
        }),
      ]);
    }
  });

  it('from a part of a history as from a study of these trials alone', () => {
    const history = historyOf(randomTrials(40));
    const part = history.part('odd', ({ number }) => number % 2 === 1);
    expect(start(part, 50)).toEqual(start(historyOf(part.trials), 50));
    expect(start(part, 50)).not.toEqual(start(history, 50));
  });

  it('beside its own row in the history', () => {
    const trials = randomTrials(20);
    const own = frozenTrial(20, { state: 'RUNNING', params: trials[3]?.params ?? {}, distributions: mixed });
    expect(start(historyOf([...trials, own]), 20)).toEqual(start(historyOf(trials), 20));
  });
});

describe('the first trials', () => {
  it('fill the space evenly, together', () => {
    const history = historyOf([], { space: new Map(Object.entries({ x: float(0, 1), y: int(1, 8), z: int(5, 5) })) });
    const draws = Array.from({ length: 8 }, (_, number) => start(history, number));
    expect(draws.map((params) => Math.floor(Number(params.get('x')) * 8)).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(draws.map((params) => params.get('y')).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(draws[0]?.has('z')).toBe(false);
    const other = atOnce(sampler().start(history, startingTrial(0, 2)));
    expect(other.params).not.toEqual(draws[0]);
  });

  it('are as many as the option says, COMPLETE and PRUNED ones counted', () => {
    const trials = randomTrials(4).map((trial, at) =>
      at % 2 === 0
        ? trial
        : frozenTrial(at, { ...trial, state: 'PRUNED', values: null, intermediateValues: new Map([[1, 3]]) }),
    );
    const evenly = start(historyOf([], { space: new Map(Object.entries(mixed)) }), 9);
    const next = (count: number) => {
      const history = historyOf(trials.slice(0, count), { space: new Map(Object.entries(mixed)) });
      return atOnce(sampler({ startupTrials: 4 }).start(history, startingTrial(9))).params;
    };
    expect(next(3)).toEqual(evenly);
    expect(next(4)).not.toEqual(evenly);
  });

  it('leave all to chance where nothing is declared or known', () => {
    expect(start(historyOf([]), 0)).toEqual(new Map());
    const value = sampler().sample(historyOf([]), startingTrial(0), 'rate', mixed.rate);
    expect(value).toBe(random().sample(historyOf([]), startingTrial(0), 'rate', mixed.rate));
  });
});

describe('trials', () => {
  it('keep the values that they have, and the others are chosen to go with them', () => {
    const history = historyOf(randomTrials(30, (params) => loss(params) + 5 * Math.abs(Number(params.rate) - 0.5)));
    for (const kind of ['b', 'c']) expect(start(history, 30, { kind, layers: 2 }).get('kind')).toBe(kind);
    expect(start(history, 30, { kind: 'b', layers: 2 }).get('layers')).toBe(2);
    expect([...start(history, 30, { kind: 'b', layers: 2, rate: 0.1 })]).toEqual([
      ['rate', 0.1],
      ['layers', 2],
      ['kind', 'b'],
    ]);
  });

  it('that run already are not tried again, nor is what lies beside them', () => {
    const x = float(0, 1);
    const valleys = (at: number) => Math.min((at - 0.2) ** 2, (at - 0.8) ** 2);
    const trials = Array.from({ length: 12 }, (_, number) => {
      const at = number / 11;
      return frozenTrial(number, { params: { x: at }, distributions: { x }, values: [valleys(at)] });
    });
    const first = Number(start(historyOf(trials), 20).get('x'));
    const running = frozenTrial(12, { state: 'RUNNING', params: { x: first }, distributions: { x } });
    const second = Number(start(historyOf([...trials, running]), 20).get('x'));
    expect(valleys(first)).toBeLessThan(0.05 ** 2);
    expect(Math.abs(second - first)).toBeGreaterThan(0.01);
  });

  it('that were pruned are known by the value they would have ended with', () => {
    const x = float(0, 1);
    const trial = (number: number, state: TrialState) => {
      const at = number / 19;
      const final = (at - 0.8) ** 2;
      const values = state === 'COMPLETE' ? [final] : null;
      return frozenTrial(number, {
        state,
        params: { x: at },
        distributions: { x },
        values,
        intermediateValues: new Map([[0, final + 1]]),
      });
    };
    // The left half is pruned; left out it would be unknown, and so the most promising.
    const trials = Array.from({ length: 20 }, (_, number) => trial(number, number < 10 ? 'PRUNED' : 'COMPLETE'));
    expect(Math.abs(Number(start(historyOf(trials), 20).get('x')) - 0.8)).toBeLessThan(0.05);
    const unreported = trials.map((each) =>
      each.state === 'PRUNED' ? frozenTrial(each.number, { ...each, intermediateValues: new Map() }) : each,
    );
    expect(start(historyOf(unreported), 20).size).toBe(1);
  });

  it('may have values of any size', () => {
    const odd = [Infinity, -Infinity, 1e308, -1e308, 1e-308, 0];
    for (const values of [odd, [Infinity], [0], [1e308, -1e308]]) {
      const trials = randomTrials(24).map((trial, at) =>
        frozenTrial(at, { ...trial, values: [values[at % values.length] as number] }),
      );
      const params = start(historyOf(trials), 24);
      for (const [name, distribution] of Object.entries(mixed))
        expect(distribution.contains(params.get(name))).toBe(true);
    }
  });

  it('that fail warn of their region', () => {
    const device = { width: int(16, 1024, { log: true }), log2Batch: int(4, 9), rate: mixed.rate };
    const history = historyOf([], { space: new Map(Object.entries(device)) });
    for (let number = 0; number < 40; number++) {
      const params = Object.fromEntries(start(history, number));
      const { width, log2Batch, rate } = params as Record<keyof typeof device, number>;
      const fails = width * 2 ** log2Batch > 40_000; // the greatest that fit in the memory are the best
      const values = fails ? null : [(Math.log10(rate) + 2.5) ** 2 - 0.2 * Math.log2(width) - 0.1 * log2Batch];
      const state = fails ? 'FAIL' : 'COMPLETE';
      history.update([frozenTrial(number, { state, params, distributions: device, values })]);
    }
    expect(history.trials.filter(({ state }) => state === 'FAIL').length).toBeLessThan(20);
    expect(best(history.trials)).toBeLessThan(-2.4);
  });

  it('that break a constraint show where it holds', () => {
    const x = float(0, 1);
    const run = (isAllowed: (at: number) => number, form: 'list' | 'named') => {
      const history = historyOf([], { space: new Map([['x', x]]) });
      for (let number = 0; number < 25; number++) {
        const at = Number(start(history, number).get('x'));
        const value = isAllowed(at);
        const systemAttrs = form === 'list' ? { constraints: [-1, value] } : { 'constraints:memory': value };
        history.update([frozenTrial(number, { params: { x: at }, distributions: { x }, values: [at], systemAttrs })]);
      }
      const feasible = history.trials.filter(({ params }) => isAllowed(Number(params.x)) <= 0);
      return { feasible: feasible.filter(({ number }) => number >= 10).length, best: best(feasible) };
    };
    for (const form of ['list', 'named'] as const) {
      const found = run((at) => 100 * (0.6 - at), form);
      expect(found.best).toBeLessThan(0.61);
      expect(found.feasible).toBeGreaterThan(5);
    }
    expect(run((at) => Math.abs(at - 0.013) - 0.003, 'named').best).toBeLessThan(0.016); // none of the first is feasible
  });

  it('are at most 400: the best and the newest', () => {
    const x = float(0, 1);
    const seen: number[] = [];
    const watching = new GpSampler({}, ({ evidence }) => {
      seen.push(evidence.points.length);
      return evidence.points[0] as Float64Array;
    });
    const trials = Array.from({ length: 1000 }, (_, number) =>
      frozenTrial(number, { params: { x: number / 1000 }, distributions: { x }, values: [number] }),
    );
    watching.start(historyOf(trials), startingTrial(1000));
    expect(seen).toEqual([400]);
  });
});

describe('a space without continuous parameters', () => {
  const finite = { a: int(0, 3), b: categorical(['p', 'q', 'r']), c: float(0, 1, { step: 0.5 }) };

  it('is not repeated before it is exhausted', () => {
    const trials = search(sampler(), finite, ({ a, b, c }) => Number(a) + (b === 'q' ? 0 : 1) + Number(c), 40, 3);
    const points = trials.map(({ params }) => JSON.stringify(params));
    expect(new Set(points.slice(0, 36)).size).toBe(36);
    for (const point of points.slice(36)) expect(points.slice(0, 36)).toContain(point);
  });

  it('is not repeated within a branch, nor what has failed', () => {
    const { distributions } = space({ choice: variant({ lone: {}, wide: { x: float(0, 1) }, few: { n: int(1, 2) } }) });
    const history = historyOf([], { space: new Map(Object.entries(distributions)) });
    for (let number = 0; number < 20; number++) {
      const drawn = start(history, number);
      const names = Object.keys(distributions).filter(
        (name) => name === 'choice' || name.startsWith(`choice.${drawn.get('choice')}.`),
      );
      const params = Object.fromEntries(names.map((name) => [name, drawn.get(name) as ParamValue]));
      const own = Object.fromEntries(names.map((name) => [name, distributions[name] as Distribution]));
      const values = [params.choice === 'lone' ? 0 : 1];
      const fields = number % 5 === 0 ? { state: 'FAIL' as const, values: null } : { values };
      history.update([frozenTrial(number, { params, distributions: own, ...fields })]);
    }
    const points = history.trials.map(({ params }) => JSON.stringify(params));
    expect(new Set(points).size).toBe(20);
  });
});

it('start points differ in every coordinate, however many there are', () => {
  const wide = new Map(Array.from({ length: 70 }, (_, at) => [`x${at}`, float(0, 1)] as const));
  const [first, second] = [0, 1].map((number) => start(historyOf([], { space: wide }), number));
  for (const name of wide.keys()) expect(first?.get(name)).not.toBe(second?.get(name));
});

it('gp() refuses options out of their range', () => {
  const messages = [{ startupTrials: 1 }, { startups: 3 } as GpOptions].map((wrong) => {
    try {
      return gp(wrong);
    } catch (error) {
      return HpoError.is(error) ? `${error.code} ${error.message}` : error;
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "HPO_INVALID_STUDY gp(): \`startupTrials\` is 1; give a whole number from 2 on.",
      "HPO_INVALID_STUDY gp(): there is no \`startups\`; there are startupTrials.",
    ]
  `);
});
