import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, type ParamValues, search, startingTrial, suggest } from '../../../test/support/search.ts';
import { HpoError } from '../../base/errors.ts';
import { Rng } from '../../base/rng.ts';
import type { History } from '../../history/history.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { random } from '../random.ts';
import type { Sampler } from '../sampler.ts';
import type { TpeOptions } from './options.ts';
import { tpe } from './sampler.ts';

const mixed = {
  rate: float(1e-4, 1, { log: true }),
  dropout: float(0, 1),
  layers: int(1, 8),
  width: int(4, 512, { log: true }),
  decay: float(0, 0.5, { step: 0.1 }),
  kind: categorical(['a', 'b', 'c', null]),
};

function loss(params: ParamValues): number {
  const { rate, dropout, layers, width, decay, kind } = params as Record<keyof typeof mixed, never>;
  return (
    (Math.log10(rate) + 2) ** 2 +
    4 * (dropout - 0.3) ** 2 +
    0.2 * Math.abs(layers - 5) +
    0.5 * (Math.log(width) - 4) ** 2 +
    Math.abs(decay - 0.2) +
    (kind === 'b' ? 0 : 1)
  );
}

function randomTrials(count: number, state: (number: number) => TrialState = () => 'COMPLETE'): FrozenTrial[] {
  return search(random(), mixed, loss, count, 7).map((trial) =>
    frozenTrial(trial.number, { ...trial, state: state(trial.number) }),
  );
}

function chosenTogether(sampler: Sampler, history: History): string[] {
  return [...atOnce(sampler.start(history, startingTrial(history.trials.length))).params.keys()];
}

describe('tpe()', () => {
  it('finds better values than random search', () => {
    const best = (sampler: typeof random, seed: number) =>
      Math.min(...search(sampler(), mixed, loss, 60, seed).map((trial) => trial.values?.[0] ?? Infinity));
    const seeds = Array.from({ length: 9 }, (_, seed) => seed);
    const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[4] as number;
    const [ours, theirs] = [
      median(seeds.map((seed) => best(tpe, seed))),
      median(seeds.map((seed) => best(random, seed))),
    ];
    expect(ours).toBeLessThan(0.75 * theirs);
  });

  it('begins as random search does', () => {
    const [first, then] = [9, 10].map((count) =>
      suggest(tpe(), historyOf(randomTrials(count, (n) => (n % 2 ? 'PRUNED' : 'COMPLETE'))), count, mixed),
    );
    expect(first).toEqual(suggest(random(), historyOf([]), 9, mixed));
    expect(then).not.toEqual(suggest(random(), historyOf([]), 10, mixed));
    const early = suggest(tpe({ startupTrials: 0 }), historyOf([]), 0, mixed);
    for (const [name, distribution] of Object.entries(mixed)) expect(distribution.contains(early[name])).toBe(true);
  });

  it('gives the same for the same history, whatever it has seen before', () => {
    // A study keeps one sampler; another sampler sees each of its moments for the first time.
    const rng = new Rng('moments');
    const [sampler, history] = [tpe(), historyOf([])];
    const states: readonly TrialState[] = ['COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL'];
    for (let number = 0; number < 60; number++) {
      const params = suggest(sampler, history, number, mixed);
      expect(params).toEqual(suggest(tpe(), historyOf(history.trials), number, mixed));
      history.update([frozenTrial(number, { state: 'RUNNING', params, distributions: mixed })]);
      for (const trial of history.trials) {
        if (trial.state !== 'RUNNING' || rng.uniform() < 0.6) continue;
        const state = states[rng.integer(4)] as TrialState;
        const values = state === 'COMPLETE' ? [loss(trial.params)] : null;
        const intermediateValues = new Map([[rng.integer(3), rng.normal()]]);
        history.update([frozenTrial(trial.number, { ...trial, state, values, intermediateValues })]);
      }
    }
  });

  it.each([
    ['one direction', ['minimize'], {}],
    ['several directions', ['minimize', 'maximize'], { multivariate: true }],
    ['groups', ['minimize'], { group: true }],
  ] as const)('learns from a part of a history as from a study of these trials alone: %s', (_, directions, options) => {
    const states: readonly TrialState[] = ['COMPLETE', 'COMPLETE', 'PRUNED', 'RUNNING', 'FAIL', 'COMPLETE'];
    const trials = search(random(), mixed, (params) => [loss(params), -loss(params)], 120, 5).map((trial) =>
      frozenTrial(trial.number, {
        ...trial,
        state: states[(trial.number % 7) % 6] as TrialState,
        values: (trial.values ?? []).slice(0, directions.length),
        intermediateValues: new Map([[trial.number % 4, trial.number % 9]]),
      }),
    );
    const isIn = ({ number }: FrozenTrial) => number % 5 < 2;
    const alone = trials.filter(isIn).map((trial, number) => frozenTrial(number, { ...trial, id: number, number }));
    const sampler = tpe(options);
    const history = historyOf([], { directions });
    for (let known = 0; known <= 120; known += 20) {
      history.update(trials.slice(0, known));
      const own = historyOf(alone.slice(0, Math.ceil(known * 0.4)), { directions });
      expect(own.trials.length).toBe(history.part('in', isIn).trials.length);
      expect(suggest(sampler, history.part('in', isIn), 200, mixed)).toEqual(suggest(tpe(options), own, 200, mixed));
    }
  });

  it('chooses the parameters that all finished trials share together', () => {
    const shared = { a: float(0, 1), b: int(0, 3), c: categorical([1, 2]) };
    const trials = Array.from({ length: 10 }, (_, number) =>
      frozenTrial(number, {
        state: number % 2 ? 'COMPLETE' : 'PRUNED',
        distributions: {
          c: shared.c,
          a: float(0, 1),
          ...(number === 4 ? {} : { b: shared.b }),
          bounds: float(0, number),
          single: int(3, 3),
        },
      }),
    );
    trials.push(frozenTrial(10, { state: 'RUNNING' }), frozenTrial(11, { state: 'FAIL' }));
    const one = historyOf(trials);
    const several = historyOf(trials, { directions: ['minimize', 'maximize'] });
    expect(chosenTogether(tpe(), one)).toEqual(['a', 'c']);
    expect(chosenTogether(tpe({ multivariate: false }), one)).toEqual([]);
    expect(chosenTogether(tpe({ startupTrials: 11 }), one)).toEqual([]);
    expect(chosenTogether(tpe(), several)).toEqual([]);
    expect(chosenTogether(tpe({ multivariate: true }), several)).toEqual(['a', 'c']);
  });

  it('chooses a conditional parameter from the trials that have it', () => {
    const momentum = float(0, 1);
    const trials = Array.from({ length: 60 }, (_, number) => {
      if (number % 2) return frozenTrial(number, { values: [-1] });
      const good = number % 10 === 0;
      const params = { momentum: good ? 0.9 + number / 1e4 : number / 60 };
      return frozenTrial(number, { params, distributions: { momentum }, values: [good ? -2 : 1] });
    });
    const near = Array.from(
      { length: 20 },
      (_, seed) => suggest(tpe(), historyOf(trials), 60, { momentum }, seed).momentum as number,
    );
    expect(near.filter((value) => value > 0.8).length).toBeGreaterThan(15);
  });

  it('leaves out the trial itself, and without the liar other running ones, too', () => {
    const trials = randomTrials(30);
    const nextAfter = (others: readonly FrozenTrial[], sampler = tpe()) =>
      suggest(sampler, historyOf([...trials, ...others]), 30, mixed);
    const alone = nextAfter([]);
    const running = (number: number) => frozenTrial(number, { state: 'RUNNING', params: alone, distributions: mixed });
    expect(nextAfter([running(30)])).toEqual(alone);
    const crowd = [30, 31, 32, 33, 34].map(running);
    expect(nextAfter(crowd, tpe({ constantLiar: false }))).toEqual(alone);
    expect(nextAfter(crowd)).not.toEqual(alone);
  });

  it('knows the parameters that a running Optuna worker has drawn', () => {
    const trials = randomTrials(30);
    const nextAfter = (others: readonly FrozenTrial[]) => suggest(tpe(), historyOf([...trials, ...others]), 33, mixed);
    const params = { ...trials[3]?.params };
    const text = JSON.stringify(params);
    const systemAttrs = { 'tpe:relative_params:0': text.slice(0, 20), 'tpe:relative_params:1': text.slice(20) };
    const asked = [30, 31, 32].map((number) => frozenTrial(number, { state: 'RUNNING', params, distributions: mixed }));
    const drawn = [30, 31, 32].map((number) => frozenTrial(number, { state: 'RUNNING', systemAttrs }));
    expect(nextAfter(drawn)).toEqual(nextAfter(asked));
    const torn = [30, 31, 32].map((number) =>
      frozenTrial(number, { state: 'RUNNING', systemAttrs: { 'tpe:relative_params:0': text.slice(0, 20) } }),
    );
    expect(nextAfter(torn)).toEqual(nextAfter([]));
  });

  it('refuses options out of their range', () => {
    const options: readonly TpeOptions[] = [
      { startupTrials: -1 },
      { candidates: 0 },
      { candidates: 2.5 },
      { priorWeight: 0 },
      { multivariate: 'yes' as never },
      { group: null as never },
      { group: true, multivariate: false },
      { constantLiar: 1 as never },
      { candidate: 3 } as TpeOptions,
    ];
    const messages = options.map((wrong) => {
      try {
        return tpe(wrong);
      } catch (error) {
        return HpoError.is(error) ? `${error.code} ${error.message}` : error;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_STUDY tpe(): \`startupTrials\` is -1; give a whole number from 0 on.",
        "HPO_INVALID_STUDY tpe(): \`candidates\` is 0; give a whole number from 1 on.",
        "HPO_INVALID_STUDY tpe(): \`candidates\` is 2.5; give a whole number from 1 on.",
        "HPO_INVALID_STUDY tpe(): \`priorWeight\` is 0; give a number above 0.",
        "HPO_INVALID_STUDY tpe(): \`multivariate\` is "yes"; give true or false.",
        "HPO_INVALID_STUDY tpe(): \`group\` is null; give true or false.",
        "HPO_INVALID_STUDY tpe(): \`multivariate\` is false; give true, or leave it out, for \`group: true\`.",
        "HPO_INVALID_STUDY tpe(): \`constantLiar\` is 1; give true or false.",
        "HPO_INVALID_STUDY tpe(): there is no \`candidate\`; there are startupTrials, candidates, multivariate, group, constantLiar, priorWeight, categoricalDistance.",
      ]
    `);
  });
});
