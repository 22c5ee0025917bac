import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { atOnce, startingTrial } from '../../test/support/search.ts';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { cmaEs } from './cma-es/sampler.ts';
import { nsga2, nsga3 } from './nsga/sampler.ts';
import { qmc } from './qmc.ts';
import type { Sampler } from './sampler.ts';

/** Distributions whose ends and widths strain arithmetic. */
const strained: Readonly<Record<string, Distribution>> = {
  wide: float(-1e308, 1e308),
  narrow: float(1, 1 + 4e-16),
  log: float(1e-300, 1e300, { log: true }),
  step: float(0.1, 0.9, { step: 0.1 }),
  two: int(0, 1),
  many: int(1, 1e9, { log: true }),
  kind: categorical(['a', null, 3]),
};

const value = fc.constantFrom(0, 1, -1, 1e308, -1e308, 5e-324, Infinity, -Infinity);
const outcome = fc.record({
  state: fc.constantFrom('COMPLETE', 'COMPLETE', 'COMPLETE', 'PRUNED', 'FAIL', 'RUNNING'),
  values: fc.tuple(value, value),
  constraint: fc.constantFrom(undefined, undefined, -1, 0, 2, Infinity, Number.NaN),
});

const SAMPLERS: readonly (readonly [string, () => Sampler, number])[] = [
  ...(['uniform', 'blxAlpha', 'spx', 'sbx', 'vsbx', 'undx'] as const).map((crossover) => {
    return [`nsga2 ${crossover}`, () => nsga2({ populationSize: 4, crossover, mutation: 'polynomial' }), 2] as const;
  }),
  ['nsga3', () => nsga3({ populationSize: 4, dividingParameter: 2 }), 2],
  ['cmaEs', () => cmaEs({ populationSize: 4, considerPruned: true }), 1],
  ['cmaEs separable', () => cmaEs({ populationSize: 4, separable: true, restarts: 'bipop' }), 1],
  ['cmaEs adapting', () => cmaEs({ populationSize: 5, adaptLearningRate: true, choices: false }), 1],
  ['qmc', () => qmc(), 1],
  ['qmc halton', () => qmc({ type: 'halton' }), 1],
];

it.each(SAMPLERS)(
  '%s chooses values that parameters can have, whatever came of other trials',
  (_, make, objectives) => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 30, maxLength: 30 }), fc.nat(1000), (outcomes, seed) => {
        const sampler = make();
        const history = historyOf([], { directions: objectives === 1 ? ['maximize'] : ['minimize', 'maximize'] });
        for (const [number, { state, values, constraint }] of outcomes.entries()) {
          const trial = startingTrial(number, seed);
          const { params, attrs = {} } = atOnce(sampler.start(history, trial));
          const own: Record<string, ParamValue> = {};
          for (const [name, distribution] of Object.entries(strained)) {
            const drawn = params.get(name) ?? atOnce(sampler.sample(history, trial, name, distribution));
            if (!distribution.contains(drawn)) throw new Error(`${name} of trial ${number} is ${String(drawn)}`);
            own[name] = drawn;
          }
          const constraints = constraint === undefined ? {} : { 'constraints:c': constraint };
          history.update([
            frozenTrial(number, {
              state: state as FrozenTrial['state'],
              params: own,
              distributions: strained,
              values: state === 'COMPLETE' ? values.slice(0, objectives) : null,
              intermediateValues: new Map([[0, values[0]]]),
              systemAttrs: { ...attrs, ...constraints },
            }),
          ]);
        }
      }),
      { numRuns: 25 },
    );
    expect.assertions(0);
  },
);
