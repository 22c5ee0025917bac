import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { atOnce, search, startingTrial } from '../../test/support/search.ts';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { gp } from './gp/sampler.ts';
import { grid } from './grid/sampler.ts';
import { partialFixed } from './partial-fixed.ts';
import { random } from './random.ts';
import { tpe } from './tpe/sampler.ts';

const distributions = { x: float(-5, 5), n: int(1, 9), 'kind.a.y': float(0, 1), kind: categorical(['a', 'b']) };
const space = new Map<string, Distribution>(Object.entries(distributions));
const study = { name: 's', directions: ['minimize'] as const, space };

it.each([
  ['random', random()],
  ['tpe', tpe()],
])('fixes values for %s() and leaves it the others', (_, sampler) => {
  const fixed = partialFixed({ n: 3, kind: { kind: 'a', y: 0.25 } }, sampler);
  const trials = search(fixed, distributions, ({ x }) => Number(x) ** 2, 40, 1);
  for (const { params } of trials) expect(params).toMatchObject({ n: 3, kind: 'a', 'kind.a.y': 0.25 });
  expect(new Set(trials.map(({ params }) => params.x)).size).toBe(40);
});

it('shows the other sampler its values, as if the trial had them', async () => {
  const trials = search(random(), distributions, ({ x, n }) => (Number(x) - Number(n)) ** 2, 30, 1);
  const history = historyOf(trials, { space });
  const draw = await partialFixed({ n: 4 }, gp()).start(history, startingTrial(30));
  const given = { ...startingTrial(30), params: { n: 4 } };
  const expected = (await gp().start(history, given)).params;
  expect(draw.params).toEqual(new Map([...expected, ['n', 4]]));
});

it('keeps what the other sampler stores and says', () => {
  const inner = grid({ x: [1, 2], n: [3], kind: ['a'], 'kind.a.y': [0] });
  const sampler = partialFixed({ n: 3 }, inner);
  const history = historyOf([frozenTrial(0, { state: 'RUNNING' })], { space });
  expect(sampler.remaining?.(history)).toBe(1);
  expect(atOnce(sampler.start(history, startingTrial(0))).attrs).toEqual(
    atOnce(inner.start(history, startingTrial(0))).attrs,
  );
  expect(sampler.options).toEqual({ fixed: { n: 3 }, sampler: { name: 'grid', options: inner.options } });
});

describe('partialFixed() refuses', () => {
  const refused = (code: string, message: string) =>
    expect.objectContaining({ code, message: `partialFixed(): ${message}` });
  it.each([
    [{ n: 10 }, '10 is not a value of `n`, int(1, 9).'],
    [{ m: 1 }, 'the study "s" has no `m`; it has x, n, kind.a.y, kind.'],
    [{ n: [1] }, '`n` is an array, which no parameter can be.'],
    [3, 'the values are 3; give an object, such as { layers: 3 }.'],
  ])('%o', (fixed, message) => {
    expect(() => partialFixed(fixed as object, tpe()).checkStudy?.(study)).toThrow(
      refused('HPO_INVALID_STUDY', message),
    );
  });

  it('what is no sampler', () => {
    expect(() => partialFixed({}, tpe as never)).toThrow(
      refused('HPO_INVALID_STUDY', 'the second argument is a function; give a sampler, such as tpe().'),
    );
  });

  it('a value that the objective’s distribution does not contain', () => {
    const sampler = partialFixed({ n: 10 }, tpe());
    expect(() => sampler.sample(historyOf([]), startingTrial(0), 'n', int(1, 9))).toThrow(
      refused('HPO_INVALID_ARGUMENT', '10 is not a value of `n`, int(1, 9).'),
    );
  });
});
