import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../src/base/json.ts';
import type { Draws } from '../../../src/sampler/nsga/crossover.ts';
import { byCrowding } from '../../../src/sampler/nsga/crowding.ts';
import { frontsOf, individualOf } from '../../../src/sampler/nsga/individuals.ts';
import { polynomialMutation } from '../../../src/sampler/nsga/mutation.ts';
import { dasDennisPoints, nichesOf, normalized } from '../../../src/sampler/nsga/niching.ts';
import { type CrossoverOptions, crossoverOf } from '../../../src/sampler/nsga/options.ts';
import { leastCrowded, spreadOverNiches } from '../../../src/sampler/nsga/selections.ts';
import { frozenTrial } from '../../support/frozen-trial.ts';
import { expectAllClose, expectClose } from '../optuna/golden.ts';

type Rows = readonly (readonly number[])[];

interface Population {
  readonly values: Rows;
  readonly constraints: readonly (readonly number[] | null)[];
  readonly elite: readonly number[];
}

const golden = parsePythonJson(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as unknown as {
  readonly crossovers: readonly {
    readonly crossover: CrossoverOptions;
    readonly bounds: Rows;
    readonly parents: Rows;
    readonly several: boolean;
    readonly uniforms: readonly number[];
    readonly normals: readonly number[];
    readonly child: readonly number[];
  }[];
  readonly mutations: readonly Readonly<Record<'eta' | 'low' | 'high' | 'place' | 'u' | 'moved', number>>[];
  readonly nsga2: readonly (Population & {
    readonly fronts: Rows;
    readonly distances: readonly number[];
    readonly byCrowding: readonly number[];
  })[];
  readonly nsga3: readonly (Population & {
    readonly parts: number;
    readonly references: Rows;
    readonly normalized: Rows;
    readonly niches: readonly number[];
    readonly distances: readonly number[];
  })[];
};

/** Draws that were recorded. */
function recorded(uniforms: readonly number[], normals: readonly number[] = []): Draws & { readonly isSpent: boolean } {
  const [uniform, normal] = [uniforms.values(), normals.values()];
  let left = uniforms.length + normals.length;
  const next = (draws: Iterator<number>) => {
    left--;
    return draws.next().value as number;
  };
  return {
    uniform: () => next(uniform),
    normal: () => next(normal),
    get isSpent() {
      return left === 0;
    },
  };
}

const arrays = (rows: Rows) => rows.map((row) => Float64Array.from(row));

it.each(golden.crossovers)('the crossover $crossover of the same draws has Optuna’s child: $#', (given) => {
  const random = recorded(given.uniforms, given.normals);
  const [low, high] = arrays(given.bounds) as [Float64Array, Float64Array];
  const setting = { bounds: { low, high }, random, isMultiObjective: given.several };
  const crossover = crossoverOf(given.crossover, 0.5);
  expectAllClose(crossover.cross(arrays(given.parents), setting), given.child, given.crossover);
  expect(random.isSpent).toBe(true);
});

it.each(golden.mutations)('polynomial mutation with eta $eta of the same draw is Optuna’s: $#', (given) => {
  const { place, low, high, eta, u, moved } = given;
  expectClose(polynomialMutation(place, low, high, eta, recorded([u])), moved, given);
});

function individuals({ values, constraints }: Population) {
  return values.map((own, number) => {
    const attrs = constraints[number];
    const systemAttrs = attrs ? { constraints: attrs } : {};
    return individualOf(frozenTrial(number, { values: own, systemAttrs }), ['minimize']);
  });
}

describe.each(golden.nsga2)('a population of nsga2(): $#', (given) => {
  const population = individuals(given);
  const losses = population.map((individual) => individual.losses);

  it('has Optuna’s fronts, constrained ones, too', () => {
    expect(frontsOf(population).map((front) => front.map(({ trial }) => trial.number))).toEqual(given.fronts);
  });

  it('has Optuna’s crowding distances, and its order', () => {
    const ordered = byCrowding(losses);
    expect(ordered.map(({ index }) => index)).toEqual(given.byCrowding);
    for (const { index, distance } of ordered) expectClose(distance, given.distances[index] as number, index);
  });

  it('has Optuna’s elite', () => {
    const elite = leastCrowded(population, Math.floor(population.length / 2));
    expect(elite.map(({ trial }) => trial.number)).toEqual(given.elite);
  });
});

describe.each(golden.nsga3)('a population of nsga3(): $#', (given) => {
  const population = individuals(given);

  it('has Optuna’s reference points, normalized losses and niches', () => {
    const references = dasDennisPoints(given.values[0]?.length ?? 0, given.parts);
    expect(references).toEqual(given.references);
    const own = normalized(population.map(({ losses }) => losses));
    for (const [at, point] of own.entries()) expectAllClose(point, given.normalized[at] as number[], at);
    const niches = nichesOf(own, references);
    expect(niches.map(({ reference }) => reference)).toEqual(given.niches);
    expectAllClose(
      niches.map(({ distance }) => distance),
      given.distances,
      'distances',
    );
  });

  it('has Optuna’s elite', () => {
    const references = dasDennisPoints(given.values[0]?.length ?? 0, given.parts);
    const size = Math.floor(population.length / 2);
    const elite = spreadOverNiches(population, size, references, (list) => list.reverse());
    expect(elite.map(({ trial }) => trial.number)).toEqual(given.elite);
  });
});
