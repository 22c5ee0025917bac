import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, startingTrial } from '../../../test/support/search.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { space } from '../../space/search-space.ts';
import { variant } from '../../space/variant.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { grid } from './sampler.ts';

const shape = (declared: { readonly distributions: Readonly<Record<string, Distribution>> }) => ({
  space: new Map(Object.entries(declared.distributions)),
});
const small = shape(space({ n: int(1, 3), kind: categorical(['a', 'b']), half: float(0, 1, { step: 0.5 }) }));

/** The cells of a study's trials as texts, one trial after the other, until none remains. */
function exhaust(sampler: ReturnType<typeof grid>, given: Parameters<typeof historyOf>[1], seed = 1): string[] {
  const history = historyOf([], given);
  const cells: string[] = [];
  for (let number = 0; sampler.remaining?.(history) !== 0; number++) {
    history.update([frozenTrial(number, { state: 'RUNNING' })]);
    const { params, attrs = {} } = atOnce(sampler.start(history, startingTrial(number, seed)));
    cells.push(JSON.stringify(Object.fromEntries(params)));
    history.update([frozenTrial(number, { systemAttrs: attrs })]);
  }
  return cells;
}

describe('grid() of a declared space', () => {
  it('tries each cell once and ends', () => {
    const cells = exhaust(grid(), small);
    expect(cells).toHaveLength(18);
    expect(new Set(cells).size).toBe(18);
    expect(cells).toContain('{"half":0.5,"kind":"b","n":3}');
    expect(exhaust(grid({ n: [3], half: [0, 1] }), small)).toHaveLength(4);
  });

  it('begins where the seed says, and sees the whole grid early', () => {
    expect(exhaust(grid(), small)).toEqual(exhaust(grid(), small));
    expect(exhaust(grid(), small, 2)).not.toEqual(exhaust(grid(), small));
    const first = exhaust(grid(), shape(space({ a: int(1, 5), b: int(1, 5), c: int(1, 5) }))).slice(0, 25);
    for (const name of ['a', 'b', 'c']) {
      expect(new Set(first.map((cell) => JSON.parse(cell)[name])).size).toBe(5);
    }
  });

  it('combines the parameters of a branch with it alone', () => {
    const conditional = space({
      size: int(1, 2),
      optimizer: variant({
        adam: { beta: categorical([0.9, 0.99]), clip: variant({ on: { at: int(1, 3) }, off: {} }) },
        sgd: { momentum: float(0, 1, { step: 0.25 }) },
        lion: {},
      }),
    });
    const cells = exhaust(grid(), shape(conditional));
    expect(new Set(cells).size).toBe(2 * (2 * (3 + 1) + 5 + 1));
    expect(cells).toHaveLength(28);
    expect(cells.filter((cell) => cell.includes('sgd')).every((cell) => !cell.includes('beta'))).toBe(true);
    expect(cells.filter((cell) => cell.includes('lion'))).toHaveLength(2);
  });

  it('of a study that was searched by another sampler, tries all of its cells', () => {
    const others = [0, 1, 2].map((number) => frozenTrial(number, { params: { n: 1 } }));
    expect(grid().remaining?.(historyOf(others, small))).toBe(18);
  });

  it('tries all of its cells where a trial goes on with the parameters of another one', () => {
    const history = historyOf([frozenTrial(0, { state: 'RUNNING', systemAttrs: { 'hpo:continues': 0 } })], small);
    const sampler = grid();
    expect(sampler.remaining?.(history)).toBe(18);
    expect(atOnce(sampler.start(history, startingTrial(0))).attrs).toBeUndefined();
  });

  it('tries its cells once more where the grid has changed', () => {
    const sampler = grid({ n: [1, 2], half: [0], kind: ['a'] });
    const { attrs = {} } = atOnce(
      sampler.start(historyOf([frozenTrial(0, { state: 'RUNNING' })], small), startingTrial(0)),
    );
    const history = historyOf([frozenTrial(0, { systemAttrs: attrs })], small);
    expect(sampler.remaining?.(history)).toBe(1);
    expect(grid({ n: [1, 3], half: [0], kind: ['a'] }).remaining?.(history)).toBe(2);
  });
});

describe('grid() of several processes', () => {
  /**
   * The trials as a process sees them that starts the last of some: each earlier one is finished, runs with its cell
   * stored, or runs without it, as chance wants it; some were enqueued.
   */
  function seen(all: readonly FrozenTrial[], number: number, look: (number: number) => number): FrozenTrial[] {
    return all.slice(0, number + 1).map((trial) => {
      const isEnqueued = 'fixed_params' in trial.systemAttrs;
      if (isEnqueued) return frozenTrial(trial.number, { ...trial, state: trial.number % 2 ? 'COMPLETE' : 'WAITING' });
      if (trial.number === number || look(trial.number) === 0) return frozenTrial(trial.number, { state: 'RUNNING' });
      return look(trial.number) === 1 ? frozenTrial(trial.number, { ...trial, state: 'RUNNING' }) : trial;
    });
  }

  it('gives each trial the same cell, whatever a process has seen of the others, and no cell twice', () => {
    const looks = fc.array(fc.array(fc.nat(2), { minLength: 24, maxLength: 24 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(looks, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (look, enqueued) => {
        const trials: FrozenTrial[] = [];
        const cells: string[] = [];
        for (let number = 0; number < 24; number++) {
          if (enqueued[number]) {
            trials.push(frozenTrial(number, { systemAttrs: { fixed_params: { n: 1 } } }));
            continue;
          }
          const own = [...trials, frozenTrial(number, { state: 'RUNNING' })];
          const history = historyOf(
            seen(own, number, (other) => look[number]?.[other] ?? 0),
            small,
          );
          const { params, attrs = {} } = atOnce(grid().start(history, startingTrial(number)));
          if (params.size > 0) cells.push(JSON.stringify([...params]));
          trials.push(frozenTrial(number, { systemAttrs: attrs }));
        }
        const started = trials.filter(({ systemAttrs }) => !('fixed_params' in systemAttrs)).length;
        expect(cells).toHaveLength(Math.min(started, 18));
        expect(new Set(cells).size).toBe(cells.length);
      }),
      { numRuns: 200 },
    );
  });

  it('has as many cells left as no trial has tried or tries', () => {
    const running = [0, 1].map((number) => frozenTrial(number, { state: 'RUNNING' }));
    const enqueued = frozenTrial(2, { state: 'WAITING', systemAttrs: { fixed_params: {} } });
    const failed = frozenTrial(3, { state: 'FAIL' });
    expect(grid().remaining?.(historyOf([...running, enqueued, failed], small))).toBe(16);
  });

  it('gives the cell of a trial that failed before it was stored to another', () => {
    const history = historyOf([frozenTrial(0, { state: 'FAIL' }), frozenTrial(1, { state: 'RUNNING' })], small);
    expect(atOnce(grid().start(history, startingTrial(1))).attrs).toMatchObject({ 'hpo:grid': { place: 0, of: 18 } });
  });
});

describe('grid() of a study without declared parameters', () => {
  const sampler = grid({ x: [0.5, 2], kind: ['a', null] });

  it('tries the values given', () => {
    expect(new Set(exhaust(sampler, {}))).toEqual(
      new Set(['{"kind":"a","x":0.5}', '{"kind":null,"x":0.5}', '{"kind":"a","x":2}', '{"kind":null,"x":2}']),
    );
  });

  it('draws from them for an enqueued trial, and refuses what they lack', () => {
    const history = historyOf([]);
    const ask = (name: string, distribution: Distribution) =>
      sampler.sample(history, startingTrial(0), name, distribution);
    expect(ask('x', float(1, 5))).toBe(2);
    expect([0.5, 2]).toContain(ask('x', float(0, 5)));
    const refused = (message: string) => expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT', message });
    expect(() => ask('x', float(3, 5))).toThrow(refused('grid(): none of the values of `x` is one of float(3, 5).'));
    expect(() => ask('y', float(3, 5))).toThrow(
      refused('grid(): there are no values of `y`, which the objective asks for; add some.'),
    );
  });
});

describe('grid() refuses', () => {
  const study = { name: 's', directions: ['minimize'] as const, space: small.space };
  const continuous = { ...study, ...shape(space({ x: float(0, 1), n: int(1, 2) })) };
  const endless = { ...study, ...shape(space({ a: int(1, 10_000), b: int(1, 10_000) })) };
  it.each([
    [{ n: [] }, study, '`n` is an array; give an array of at least one value.'],
    [{ n: 3 }, study, '`n` is 3; give an array of at least one value.'],
    [{ n: [1, 1] }, study, '1 stands twice among the values of `n`.'],
    [{ n: [[1]] }, study, 'a value of `n` is an array; no parameter has it.'],
    [[1], study, 'the values are an array; give an object, such as { x: [1, 2, 3] }.'],
    [{ n: [1, 4] }, study, '4 is not a value of `n`, int(1, 3).'],
    [{ m: [1] }, study, 'the study "s" has no `m`; it has n, kind, half.'],
    [{}, continuous, '`x` is continuous, float(0, 1); give its values: grid({ x: [ … ] }).'],
    [
      {},
      endless,
      'the grid of "s" has 100000000 cells, of at most 67108864; give fewer values, or use qmc() to fill it.',
    ],
    [
      {},
      { ...study, space: new Map() },
      'the study "s" declares no parameters; give their values, grid({ x: [1, 2, 3] }), or use bruteForce().',
    ],
  ])('%o', (given, of, message) => {
    expect(() => grid(given as never).checkStudy?.(of)).toThrow(
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: `grid(): ${message}` }),
    );
  });
});
