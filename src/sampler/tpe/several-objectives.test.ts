import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, search, startingTrial, suggest } from '../../../test/support/search.ts';
import { Rng } from '../../base/rng.ts';
import { groupedSpaces } from '../../history/grouped-spaces.ts';
import type { History } from '../../history/history.ts';
import { hypervolume } from '../../math/hypervolume.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { Direction } from '../../trial/direction.ts';
import { lossesOf } from '../../trial/direction.ts';
import { random } from '../random.ts';
import type { Sampler } from '../sampler.ts';
import { tpe } from './sampler.ts';

const space = { x: float(0, 1), y: float(0, 1), n: int(0, 20), kind: categorical(['a', 'b', 'c']) };
type Values = { readonly x: number; readonly y: number; readonly n: number; readonly kind: string };

/** A front along x; the other parameters lead away from it. The second objective is to be maximised. */
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
    const [sampler, history] = [tpe(), historyOf([], { directions })];
    for (let number = 0; number < 50; number++) {
      const params = suggest(sampler, history, number, space);
      expect(params).toEqual(suggest(tpe(), historyOf(history.trials, { directions }), number, space));
      history.update([frozenTrial(number, { state: 'RUNNING', params, distributions: space })]);
      for (const trial of history.trials) {
        if (trial.state !== 'RUNNING' || rng.uniform() < 0.6) continue;
        const values = objectives(trial.params as Values);
        const systemAttrs = { 'constraints:size': rng.normal() };
        history.update([frozenTrial(trial.number, { ...trial, state: 'COMPLETE', values, systemAttrs })]);
      }
    }
  });

  it('serves several studies, each by its own directions', () => {
    const trials = search<Values>(random(), space, objectives, 40, 3, directions);
    const other: readonly Direction[] = ['maximize', 'maximize'];
    const sampler = tpe();
    const [own, turned] = [historyOf(trials, { directions }), historyOf(trials, { directions: other })];
    const [first, second] = [own, turned].map((history) => suggest(sampler, history, 40, space));
    expect(suggest(sampler, own, 40, space)).toEqual(first);
    expect(suggest(tpe(), turned, 40, space)).toEqual(second);
    expect(second).not.toEqual(first);
  });

  it('orders pruned trials by how far they came, whatever they reported', () => {
    const trials = search<Values>(random(), space, objectives, 30, 3, directions);
    const pruned = (value: number) =>
      trials.map((trial) =>
        frozenTrial(trial.number, {
          ...trial,
          state: 'PRUNED',
          values: null,
          intermediateValues: new Map([[trial.number % 7, value * trial.number]]),
        }),
      );
    const suggested = [1, -1, Number.NaN].map((value) =>
      suggest(tpe(), historyOf(pruned(value), { directions }), 30, space),
    );
    expect(suggested[1]).toEqual(suggested[0]);
    expect(suggested[2]).toEqual(suggested[0]);
  });
});

describe('tpe({ group: true })', () => {
  const branches = {
    a: { kind: categorical(['a', 'b']), 'kind.a.x': float(0, 1), 'kind.a.y': float(0, 1) },
    b: { kind: categorical(['a', 'b']), 'kind.b.z': float(0, 1) },
  };
  /**
   * In one branch x or y is good near 0.2, and the other one is then good above 0.6: they have to be chosen together.
   */
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
  const grouped = tpe({ group: true });
  const together = (history: History) => [...atOnce(grouped.start(history, startingTrial(300))).params.keys()];

  it('chooses parameters together that always occur together', () => {
    const groups = historyOf(trials)
      .summary(groupedSpaces)
      .spaces.map((group) => [...group.keys()]);
    expect(groups).toEqual([['kind'], ['kind.a.x', 'kind.a.y'], ['kind.b.z']]);
    expect(together(historyOf(trials))).toEqual(groups.flat());
    expect(together(historyOf(trials.slice(0, 9)))).toEqual([]);
    expect(together(historyOf(trials, { directions: ['minimize', 'minimize'] }))).toEqual(groups.flat());
  });

  it('finds values in a branch that are good only in combination', () => {
    const bothNear = (sampler: Sampler) =>
      Array.from({ length: 40 }, (_, seed) => suggest(sampler, historyOf(trials), 300, branches.a, seed)).filter(
        (params) => Math.max(Number(params['kind.a.x']), Number(params['kind.a.y'])) < 0.4,
      ).length;
    expect(bothNear(tpe())).toBeGreaterThan(30);
    expect(bothNear(tpe({ group: true }))).toBeLessThan(10);
  });
});
