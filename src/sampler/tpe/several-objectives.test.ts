import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { search, suggest } from '../../../test/support/search.ts';
import { Rng } from '../../base/rng.ts';
import { hypervolume } from '../../math/hypervolume.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { Direction } from '../../trial/direction.ts';
import { lossesOf } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { random } from '../random.ts';
import type { Sampler } from '../sampler.ts';
import { tpe } from './sampler.ts';

const space = { x: float(0, 1), y: float(0, 1), n: int(0, 20), kind: categorical(['a', 'b', 'c']) };
type Values = { readonly x: number; readonly y: number; readonly n: number; readonly kind: string };

/** A front along x, which the other parameters lead away from; the second objective is to be maximised. */
function objectives({ x, y, n, kind }: Values): readonly number[] {
  const away = (y - 0.7) ** 2 + ((n - 12) / 20) ** 2 + (kind === 'b' ? 0 : 0.2);
  return [x + away, -((1 - Math.sqrt(x)) ** 2) - away];
}

const directions: readonly Direction[] = ['minimize', 'maximize'];

describe('tpe() with several objectives', () => {
  it.each([
    ['each parameter alone', () => tpe()],
    ['all together', () => tpe({ multivariate: true })],
  ])('dominates more than random search, %s', (_, sampler) => {
    const volume = (of: () => Sampler, seed: number) => {
      const points = search<Values>(of(), space, objectives, 80, seed, directions)
        .map((trial) => lossesOf(trial.values ?? [], directions))
        .filter((losses) => losses.every((loss) => loss <= 2));
      return hypervolume(points, [2, 2]);
    };
    const seeds = [0, 1, 2, 3, 4, 5, 6];
    const median = (of: () => Sampler) => seeds.map((seed) => volume(of, seed)).sort((a, b) => a - b)[3] as number;
    expect(median(sampler)).toBeGreaterThan(median(random) + 0.05);
  });

  it('gives the same for the same history, whatever it has seen before', () => {
    const rng = new Rng('moments');
    const [cached, trials] = [tpe(), [] as FrozenTrial[]];
    for (let number = 0; number < 50; number++) {
      const params = suggest(cached, trials, number, space, 1, directions);
      expect(params).toEqual(suggest(tpe(), [...trials], number, space, 1, directions));
      trials.push(frozenTrial(number, { state: 'RUNNING', params, distributions: space }));
      for (const trial of trials) {
        if (trial.state !== 'RUNNING' || rng.uniform() < 0.6) continue;
        const values = objectives(trial.params as Values);
        const systemAttrs = { 'constraints:size': rng.normal() };
        trials[trial.number] = frozenTrial(trial.number, { ...trial, state: 'COMPLETE', values, systemAttrs });
      }
    }
  });

  it('reads the same trials by the directions of the study that asks', () => {
    const trials = search<Values>(random(), space, objectives, 40, 3, directions);
    const other: readonly Direction[] = ['maximize', 'maximize'];
    const sampler = tpe();
    const [first, turned] = [directions, other].map((by) => suggest(sampler, trials, 40, space, 1, by));
    expect(suggest(sampler, trials, 40, space, 1, directions)).toEqual(first);
    expect(suggest(tpe(), trials, 40, space, 1, other)).toEqual(turned);
    expect(turned).not.toEqual(first);
  });

  it('takes pruned trials by how far they came, whatever they reported', () => {
    const history = (value: number) =>
      search<Values>(random(), space, objectives, 30, 3, directions).map((trial) =>
        frozenTrial(trial.number, {
          ...trial,
          state: 'PRUNED',
          values: null,
          intermediateValues: new Map([[trial.number % 7, value * trial.number]]),
        }),
      );
    const suggested = [1, -1, Number.NaN].map((value) => suggest(tpe(), history(value), 30, space, 1, directions));
    expect(suggested[1]).toEqual(suggested[0]);
    expect(suggested[2]).toEqual(suggested[0]);
  });
});

describe('tpe({ group: true })', () => {
  const branches = {
    a: { kind: categorical(['a', 'b']), 'kind.a.x': float(0, 1), 'kind.a.y': float(0, 1) },
    b: { kind: categorical(['a', 'b']), 'kind.b.z': float(0, 1) },
  };
  /** In one branch either x or y is good near 0.2, the other one above 0.6 then: they have to be chosen together. */
  const trials = Array.from({ length: 300 }, (_, number) => {
    const rng = new Rng(`trial ${number}`);
    if (number % 3 === 0) {
      const params = { kind: 'b', 'kind.b.z': rng.uniform() };
      return frozenTrial(number, { params, distributions: branches.b, values: [1] });
    }
    const good = number % 10 === 1;
    const near = good ? rng.uniform(0.19, 0.21) : rng.uniform();
    const far = good ? rng.uniform(0.6, 1) : rng.uniform();
    const [x, y] = number % 4 < 2 ? [near, far] : [far, near];
    const params = { kind: 'a', 'kind.a.x': x, 'kind.a.y': y };
    return frozenTrial(number, { params, distributions: branches.a, values: [good ? 0 : 1] });
  });
  const study = { name: 'study', directions: ['minimize'] as const, trials };

  it('chooses together what always occurs together', () => {
    expect(
      tpe({ group: true })
        .relativeSpaces(study)
        .map((group) => [...group.keys()]),
    ).toEqual([['kind'], ['kind.a.x', 'kind.a.y'], ['kind.b.z']]);
    expect(tpe({ group: true }).relativeSpaces({ ...study, trials: trials.slice(0, 9) })).toEqual([]);
    const several = { ...study, directions: ['minimize', 'minimize'] as const };
    expect(tpe({ group: true }).relativeSpaces(several).length).toBe(3);
  });

  it('finds what is good only in combination, in a branch', () => {
    const bothNear = (sampler: Sampler) =>
      Array.from({ length: 40 }, (_, seed) => suggest(sampler, trials, 300, branches.a, seed)).filter(
        (params) => Math.max(Number(params['kind.a.x']), Number(params['kind.a.y'])) < 0.4,
      ).length;
    expect(bothNear(tpe())).toBeGreaterThan(30);
    expect(bothNear(tpe({ group: true }))).toBeLessThan(10);
  });
});
