import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { suggest } from '../../test/support/search.ts';
import { tpe } from '../sampler/index.ts';
import { type CategoricalDistribution, categorical } from './categorical-distribution.ts';
import { incompatibility } from './compatibility.ts';
import { distributionFromJson, distributionToJson } from './distribution-json.ts';

const stored = (choices: string) =>
  distributionFromJson(
    `{"name": "CategoricalDistribution", "attributes": {"choices": ${choices}}}`,
  ) as CategoricalDistribution;

describe('choices from a database that categorical() refuses', () => {
  it('are kept by their index', () => {
    const repeated = stored('["a", 1, 1.0, true, NaN, Infinity, [1, 2]]');
    expect(repeated.choices).toEqual(['a', 1, 1, true, Number.NaN, Infinity, [1, 2]]);
    expect(repeated.choices.map((_, index) => repeated.fromInternal(index))).toEqual(repeated.choices);
    expect(repeated.choices.map((choice) => repeated.toInternal(choice))).toEqual([0, 1, 1, 3, 4, 5, 6]);
    expect(repeated.toInternal([1, 2] as never)).toBe(6);
    expect([repeated.contains(Number.NaN), repeated.contains([2, 1]), repeated.contains(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are the same distribution when they are read again, and written back', () => {
    for (const choices of ['[1, 1.0]', '[NaN, NaN, "a"]', '[[1, NaN], [1]]']) {
      const [once, twice] = [stored(choices), stored(choices)];
      expect(once.equals(twice)).toBe(true);
      expect(incompatibility(once, twice)).toBeUndefined();
      expect(distributionFromJson(distributionToJson(once)).equals(once)).toBe(true);
      expect(once.equals(stored('[1, 2]'))).toBe(false);
    }
    expect(incompatibility(stored('[1, 1.0]'), categorical([1]))).toBeDefined();
  });

  it('can be sampled', () => {
    const kind = stored('[NaN, 1, [3]]');
    const trials = Array.from({ length: 30 }, (_, number) => {
      const value = kind.fromInternal(number % 3);
      return frozenTrial(number, { params: { kind: value }, distributions: { kind }, values: [number % 3] });
    });
    const drawn = Array.from({ length: 10 }, (_, seed) => suggest(tpe(), historyOf(trials), 30, { kind }, seed).kind);
    expect(drawn.every((value) => kind.contains(value))).toBe(true);
    expect(drawn.filter((value) => Number.isNaN(value)).length).toBeGreaterThan(5);
  });

  it('must be a list of at least one', () => {
    for (const choices of ['[]', '"ab"', 'null']) expect(() => stored(choices)).toThrow('does not know');
    expect(() => categorical([1, 1])).toThrow('stands there twice');
  });
});
