import { expect } from 'vitest';
import type { JsonValue } from '../../../src/base/json.ts';
import { CategoricalKernels } from '../../../src/sampler/tpe/categorical-kernels.ts';
import type { ContinuousKernels } from '../../../src/sampler/tpe/continuous-kernels.ts';
import type { DiscreteKernels } from '../../../src/sampler/tpe/discrete-kernels.ts';
import { ParzenEstimator } from '../../../src/sampler/tpe/parzen-estimator.ts';
import { mostPromising } from '../../../src/sampler/tpe/sampler.ts';
import { TrialTable } from '../../../src/sampler/tpe/trial-table.ts';
import { ageWeights } from '../../../src/sampler/tpe/weights.ts';
import type { Distribution, ParamValue } from '../../../src/space/distribution.ts';
import { distributionFromJson } from '../../../src/space/distribution-json.ts';
import { bestOf } from '../../../src/trial/best-trial.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { FrozenTrial, TrialState } from '../../../src/trial/frozen-trial.ts';
import { paretoFront } from '../../../src/trial/pareto-front.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { expectAllClose } from './golden.ts';

/** Distributions by name, in Optuna's JSON. */
export type JsonSpace = Readonly<Record<string, JsonValue>>;

/**
 * A generated trial: state, parameters in the order of the space that they are drawn from (`none` for one that is
 * missing), values, reports, system attributes.
 */
export type GoldenTrial = readonly [
  TrialState,
  readonly ParamValue[],
  readonly number[] | null,
  readonly (readonly [number, number])[],
  Readonly<Record<string, JsonValue>>,
];

/** One density of Optuna's: a categorical parameter has a row of probabilities for each kernel. */
interface GoldenDensity {
  readonly weights: readonly number[];
  readonly kernels: readonly (
    | { readonly means: readonly number[]; readonly sigmas: readonly number[] }
    | { readonly rows: readonly (readonly number[])[] }
  )[];
}

/** A generated history, and the results of Optuna's TPE for it. */
export interface TpeCase {
  readonly label: string;
  readonly directions: readonly Direction[];
  /** The parameters that are sampled. */
  readonly space: JsonSpace;
  /** The space that the trials drew from; null for the same one. */
  readonly drawnFrom: JsonSpace | null;
  readonly trials: readonly GoldenTrial[];
  readonly below: readonly number[];
  /** The number of trials that are above. */
  readonly above: number;
  /** The numbers of the best trials; with one direction, the first of them. */
  readonly best: readonly number[];
  readonly good: GoldenDensity;
  readonly rest: GoldenDensity | null;
  /** The points of each parameter. */
  readonly points: readonly (readonly number[])[];
  readonly logGood: readonly number[];
  readonly logRest: readonly number[];
  /** The number of the first points that are the candidates. */
  readonly candidates: number;
  readonly chosen: number;
}

export function distributionsOf(json: JsonSpace): ReadonlyMap<string, Distribution> {
  return new Map(Object.entries(json).map(([name, text]) => [name, distributionFromJson(JSON.stringify(text))]));
}

/** The trials that drew from a space, numbered from `first` on. */
export function trialsOf(space: JsonSpace, trials: readonly GoldenTrial[], first = 0): FrozenTrial[] {
  const drawnFrom = [...distributionsOf(space)];
  return trials.map(([state, params, values, reports, systemAttrs], row) => {
    const present = [...drawnFrom.entries()].filter(([at]) => params[at] !== 'none');
    return frozenTrial(first + row, {
      state,
      params: Object.fromEntries(present.map(([at, [name]]) => [name, params[at] ?? null])),
      distributions: Object.fromEntries(present.map(([, entry]) => entry)),
      values,
      intermediateValues: new Map(reports),
      systemAttrs,
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

/** Fails unless our split, kernels, weights, densities, choice and best trials are Optuna's. */
export function expectTpeCase(example: TpeCase): void {
  const { directions } = example;
  const trials = trialsOf(example.drawnFrom ?? example.space, example.trials);
  const table = new TrialTable(directions);
  for (const trial of trials) table.take(trial);
  const { below, above } = table.split(() => false);
  expect([...below]).toEqual(example.below);
  const counted = trials.filter(({ state }) => state !== 'FAIL').map(({ number }) => number);
  expect([...above]).toEqual(counted.filter((number) => !below.includes(number)));
  expect(above.length).toBe(example.above);

  const best = directions.length === 1 ? [bestOf(trials, directions)] : paretoFront(trials, directions);
  expect(best.flatMap((trial) => trial?.number ?? [])).toEqual(example.best);

  const space = distributionsOf(example.space);
  const density = (rows: Uint32Array, weights: (count: number) => Float64Array) =>
    new ParzenEstimator([...space.values()], table.observations(space, rows), { weights, priorWeight: 1 });
  const [good, rest] = [density(below, table.rules.belowWeights), density(above, ageWeights)];
  expectDensity(good, example.good);
  if (example.rest !== null) expectDensity(rest, example.rest);

  const points = example.points.map((values) => Float64Array.from(values));
  expectAllClose(good.logDensities(points), example.logGood, 'ln l');
  expectAllClose(rest.logDensities(points), example.logRest, 'ln g');

  const candidates = points.map((values) => values.slice(0, example.candidates));
  expect(mostPromising(candidates, good, rest)).toBe(example.chosen);
}
