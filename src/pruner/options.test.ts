import { expect, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import {
  hyperband,
  median,
  type Pruner,
  paretoRank,
  patient,
  successiveHalving,
  threshold,
  wilcoxon,
} from './index.ts';

function refusalsOf(attempts: readonly (() => unknown)[]): readonly unknown[] {
  return attempts.map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return HpoError.is(error) ? `${error.code} ${error.message}` : error;
    }
  });
}

it('pruners refuse options in one line', () => {
  expect(
    refusalsOf([
      () => successiveHalving({ minResource: 0 }),
      () => successiveHalving({ minResource: 'least' as never }),
      () => successiveHalving({ reductionFactor: 1 }),
      () => successiveHalving({ minEarlyStoppingRate: -1 }),
      () => successiveHalving({ bootstrapCount: 2 }),
      () => successiveHalving({ eta: 3 } as object),
      () => hyperband({ minResource: 'auto' as never }),
      () => hyperband({ maxResource: 1.5 }),
      () => hyperband({ minResource: 9, maxResource: 3 }),
      () => hyperband({ bootstrapCount: 1 }),
      () => patient('median' as never, 1),
      () => patient(median(), -1),
      () => patient(undefined, 1, Number.NaN),
      () => threshold({}),
      () => threshold({ lower: Number.NaN }),
      () => threshold({ lower: 2, upper: 1 }),
      () => threshold({ upper: 1, interval: 0 }),
      () => wilcoxon({ pThreshold: 1.1 }),
      () => wilcoxon({ startupSteps: 0.5 }),
      () => paretoRank({} as never),
      () => paretoRank({ metrics: [] }),
      () => paretoRank({ metrics: ['size'], percent: 101 }),
      () => median({ compare: 'first' as never }),
    ]),
  ).toMatchInlineSnapshot(`
    [
      "HPO_INVALID_STUDY successiveHalving(): \`minResource\` is 0; give a whole number from 1 on or 'auto'.",
      "HPO_INVALID_STUDY successiveHalving(): \`minResource\` is "least"; give a whole number from 1 on or 'auto'.",
      "HPO_INVALID_STUDY successiveHalving(): \`reductionFactor\` is 1; give a whole number from 2 on.",
      "HPO_INVALID_STUDY successiveHalving(): \`minEarlyStoppingRate\` is -1; give a whole number from 0 on.",
      "HPO_INVALID_STUDY successiveHalving(): \`bootstrapCount\` is 2 and \`minResource\` is 'auto'; give \`minResource\` as a number.",
      "HPO_INVALID_STUDY successiveHalving(): there is no \`eta\`; there are minResource, reductionFactor, minEarlyStoppingRate, bootstrapCount.",
      "HPO_INVALID_STUDY hyperband(): \`minResource\` is "auto"; give a whole number from 1 on.",
      "HPO_INVALID_STUDY hyperband(): \`maxResource\` is 1.5; give a whole number from 1 on or 'auto'.",
      "HPO_INVALID_STUDY hyperband(): \`maxResource\` is 3 and \`minResource\` is 9; give at least as much.",
      "HPO_INVALID_STUDY hyperband(): \`bootstrapCount\` is 1 and \`maxResource\` is 'auto'; give \`maxResource\` as a number.",
      "HPO_INVALID_STUDY patient(): the first argument is "median"; give a pruner, such as median(), or undefined.",
      "HPO_INVALID_STUDY patient(): \`patience\` is -1; give a whole number from 0 on.",
      "HPO_INVALID_STUDY patient(): \`minDelta\` is NaN; give a number from 0 on.",
      "HPO_INVALID_STUDY threshold(): there is no bound; give \`lower\`, \`upper\` or both.",
      "HPO_INVALID_STUDY threshold(): \`lower\` is NaN; give a number.",
      "HPO_INVALID_STUDY threshold(): \`lower\` is 2 and \`upper\` is 1; give \`lower\` the smaller one.",
      "HPO_INVALID_STUDY threshold(): \`interval\` is 0; give a whole number from 1 on.",
      "HPO_INVALID_STUDY wilcoxon(): \`pThreshold\` is 1.1; give a number from 0 to 1.",
      "HPO_INVALID_STUDY wilcoxon(): \`startupSteps\` is 0.5; give a whole number from 0 on.",
      "HPO_INVALID_STUDY paretoRank(): \`metrics\` is missing; give a list of names, such as ['milliseconds'].",
      "HPO_INVALID_STUDY paretoRank(): \`metrics\` is an array; give a list of names, such as ['milliseconds'].",
      "HPO_INVALID_STUDY paretoRank(): \`percent\` is 101; give a number from 0 to 100.",
      "HPO_INVALID_STUDY median(): \`compare\` is "first"; give 'best' or 'last'.",
    ]
  `);
});

it('pruners refuse studies that they are not made for', () => {
  const shape = { name: 'two', directions: ['minimize', 'maximize'], space: new Map() } as const;
  const check = (pruner: Pruner) => () => pruner.checkStudy?.(shape);
  const refusing = [successiveHalving(), hyperband(), patient(undefined, 1), wilcoxon()];
  expect(refusalsOf(refusing.map(check))).toMatchInlineSnapshot(`
    [
      "HPO_INVALID_STUDY successiveHalving() takes one direction and the study "two" has 2; use nop().",
      "HPO_INVALID_STUDY hyperband() takes one direction and the study "two" has 2; use nop().",
      "HPO_INVALID_STUDY patient() takes one direction and the study "two" has 2; use nop().",
      "HPO_INVALID_STUDY wilcoxon() takes one direction and the study "two" has 2; use nop().",
    ]
  `);
  expect(refusalsOf([check(paretoRank({ metrics: ['a', 'b'] }))])).toMatchInlineSnapshot(`
    [
      "HPO_INVALID_STUDY paretoRank(): with the value, its metrics make 3 directions, and the study "two" has 2; name one for each.",
    ]
  `);
  expect(refusalsOf([threshold({ upper: 1 }), paretoRank({ metrics: ['a'] })].map(check))).toEqual([
    undefined,
    undefined,
  ]);
  const one = { ...shape, directions: ['maximize'] } as const;
  const inner: Pruner = { name: 'inner', judge: () => true, checkStudy: () => expect.fail('inner refuses') };
  expect(() => patient(inner, 1).checkStudy?.(one)).toThrow('inner refuses');
});
