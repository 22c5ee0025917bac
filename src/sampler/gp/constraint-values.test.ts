import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { constraintEvidence, failureEvidence } from './constraint-values.ts';

/** Trials with these constraints, each at a point of its number. */
const placed = (...each: readonly Readonly<Record<string, number>>[]) =>
  each.map((constraints, number) => {
    const systemAttrs = Object.fromEntries(
      Object.entries(constraints).map(([key, value]) => [`constraints:${key}`, value]),
    );
    return { trial: frozenTrial(number, { systemAttrs }), point: Float64Array.of(number) };
  });

it('violations are what lies above 0 alone: how well a constraint is met does not count', () => {
  const { constraints, violations } = constraintEvidence(
    placed({ size: -100, time: -1 }, { size: -1, time: 0 }, { size: 100, time: -1 }, { size: 200, time: 1 }),
  );
  const [, , one = 0, both = 0] = violations;
  expect([...violations.slice(0, 2)]).toEqual([0, 0]);
  const [size, time] = constraints.map(({ values }) => values);
  expect(one).toBe(size?.[2]);
  expect(both).toBe((size?.[3] ?? 0) + (time?.[3] ?? 0));
  expect(both).toBeGreaterThan(one);
});

it('values keep their order and their side of 0, come to about 1, and NaN is as bad as the worst', () => {
  const { constraints, violations } = constraintEvidence(
    placed({ size: -3e9 }, { size: 0 }, { size: 1e9 }, { size: 9e9 }, { size: Infinity }, { size: Number.NaN }),
  );
  const [{ values = new Float64Array(), points } = { points: [] }] = constraints;
  expect(points).toHaveLength(6);
  const [met = 0, zero, broken = 0, more = 0, infinite, unknown] = values;
  expect([met < 0, zero, broken > 0, more > broken]).toEqual([true, 0, true, true]);
  expect([infinite, unknown]).toEqual([more, more]);
  expect(Math.max(...values.map(Math.abs))).toBeLessThan(3);
  expect([...violations.slice(-2)]).toEqual([more, more]);
});

it('a constraint is known by the trials that have it', () => {
  const { constraints, violations } = constraintEvidence(placed({ size: 1 }, {}, { time: 2 }));
  expect(constraints.map(({ points }) => points.map(([number]) => number))).toEqual([[0], [2]]);
  expect([...violations].map((violation) => violation > 0)).toEqual([true, false, true]);
  expect(constraintEvidence(placed({}, {}))).toEqual({ constraints: [], violations: new Float64Array(2) });
});

it('trials that have failed stand against those that have ended', () => {
  const [ended, failed] = [placed({}, {}), placed({}, {}, {}).slice(2)];
  const evidence = failureEvidence(ended, failed);
  expect(evidence?.points.map(([number]) => number)).toEqual([0, 1, 2]);
  expect(evidence?.values).toEqual(Float64Array.of(-1, -1, 1));
  expect(failureEvidence(ended, [])).toBeUndefined();
});
