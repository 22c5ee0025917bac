import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/json.ts';
import { CategoricalKernels } from '../../../src/sampler/tpe/categorical-kernels.ts';
import type { ContinuousKernels } from '../../../src/sampler/tpe/continuous-kernels.ts';
import type { DiscreteKernels } from '../../../src/sampler/tpe/discrete-kernels.ts';
import { ParzenEstimator } from '../../../src/sampler/tpe/parzen-estimator.ts';
import { mostPromising } from '../../../src/sampler/tpe/sampler.ts';
import { belowCount, splitTrials } from '../../../src/sampler/tpe/split.ts';
import { TrialTable } from '../../../src/sampler/tpe/trial-table.ts';
import { ageWeights } from '../../../src/sampler/tpe/weights.ts';
import type { Distribution, ParamValue } from '../../../src/space/distribution.ts';
import { distributionFromJson } from '../../../src/space/distribution-json.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { FrozenTrial, TrialState } from '../../../src/trial/frozen-trial.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { expectAllClose, golden } from './golden.ts';

/** What Optuna has for one density: a categorical parameter has a row of probabilities for each kernel. */
interface GoldenDensity {
  readonly weights: readonly number[];
  readonly kernels: readonly (
    | { readonly means: readonly number[]; readonly sigmas: readonly number[] }
    | { readonly rows: readonly (readonly number[])[] }
  )[];
}

interface GoldenCase {
  readonly label: string;
  readonly direction: Direction;
  readonly space: Readonly<Record<string, JsonValue>>;
  readonly drawnFrom: Readonly<Record<string, JsonValue>>;
  /** State, parameters in the order of the space (`none` for one that is missing), value, reports, constraints. */
  readonly trials: readonly (readonly [
    TrialState,
    readonly ParamValue[],
    number | null,
    readonly (readonly [number, number])[],
    readonly number[] | null,
  ])[];
  readonly below: readonly number[];
  readonly above: readonly number[];
  readonly good: GoldenDensity;
  readonly rest: GoldenDensity | null;
  readonly points: Readonly<Record<string, readonly number[]>>;
  readonly logGood: readonly number[];
  readonly logRest: readonly number[];
  /** So many of the first points are the candidates. */
  readonly candidates: number;
  readonly chosen: number;
}

function distributions(json: Readonly<Record<string, JsonValue>>): Map<string, Distribution> {
  return new Map(Object.entries(json).map(([name, text]) => [name, distributionFromJson(JSON.stringify(text))]));
}

function trialsOf(example: GoldenCase): FrozenTrial[] {
  const drawnFrom = distributions(example.drawnFrom);
  return example.trials.map(([state, params, value, reports, constraints], number) => {
    const taken = [...drawnFrom].map(([name, distribution], at) => ({ name, distribution, value: params[at] ?? null }));
    const present = taken.filter((param) => param.value !== 'none');
    return frozenTrial(number, {
      state,
      params: Object.fromEntries(present.map((param) => [param.name, param.value])),
      distributions: Object.fromEntries(present.map((param) => [param.name, param.distribution])),
      values: value === null ? null : [value],
      intermediateValues: new Map(reports),
      systemAttrs: constraints === null ? {} : { constraints },
    });
  });
}

function expectDensity(density: ParzenEstimator, expected: GoldenDensity): void {
  expectAllClose(density.weights, expected.weights, 'weights');
  for (const [at, kernels] of density.kernels.entries()) {
    const wanted = expected.kernels[at];
    if (wanted !== undefined && 'rows' in wanted) {
      const rows = (kernels as CategoricalKernels).probabilities.bind(kernels);
      for (const [k, row] of wanted.rows.entries()) expectAllClose(rows(k), row, ['row', at, k]);
    } else {
      expect(kernels).not.toBeInstanceOf(CategoricalKernels);
      const { means, sigmas } = kernels as ContinuousKernels | DiscreteKernels;
      expectAllClose(means, wanted?.means ?? [], ['means', at]);
      expectAllClose(sigmas, wanted?.sigmas ?? [], ['sigmas', at]);
    }
  }
}

describe('TPE agrees with Optuna 5.0.0', () => {
  it('weights by age', () => {
    for (const [count, expected] of Object.entries(golden<Record<string, number[]>>('weights.json'))) {
      expectAllClose(ageWeights(Number(count)), expected, count);
    }
  });

  it.each(golden<GoldenCase[]>('tpe.json').map((example) => [example.label, example] as const))('%s', (_, example) => {
    const table = new TrialTable();
    table.update(trialsOf(example), example.direction);
    const standings = table.standings(() => false);
    const split = splitTrials(standings, belowCount(table.finishedCount));
    expect(split).toEqual({ below: example.below, above: example.above });

    const space = distributions(example.space);
    const density = (rows: readonly number[]) =>
      new ParzenEstimator([...space.values()], table.observations(space, rows), 1);
    const [good, rest] = [density(split.below), density(split.above)];
    expectDensity(good, example.good);
    if (example.rest !== null) expectDensity(rest, example.rest);

    const points = [...space.keys()].map((name) => Float64Array.from(example.points[name] ?? []));
    expectAllClose(good.logDensities(points), example.logGood, 'ln l');
    expectAllClose(rest.logDensities(points), example.logRest, 'ln g');

    const candidates = points.map((values) => values.slice(0, example.candidates));
    expect(mostPromising(candidates, good, rest)).toBe(example.chosen);
  });
});
