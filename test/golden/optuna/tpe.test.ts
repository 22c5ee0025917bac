import { describe, expect, it } from 'vitest';
import { ageWeights } from '../../../src/sampler/tpe/weights.ts';
import { expectAllClose, golden } from './golden.ts';
import { expectTpeCase, type TpeCase } from './tpe-case.ts';

describe('TPE agrees with Optuna 5.0.0', () => {
  it('weights by age', () => {
    for (const [count, expected] of Object.entries(golden<Record<string, number[]>>('weights.json'))) {
      expectAllClose(ageWeights(Number(count)), expected, count);
    }
  });

  const examples = golden<TpeCase[]>('tpe.json');
  it.each(examples.map((example) => [example.label, example] as const))('%s', (_, example) => expectTpeCase(example));

  it('in enough cases, densities below 1e-300 among them', () => {
    const least = examples.flatMap(({ logGood, logRest }) => [...logGood, ...logRest]).reduce((a, b) => Math.min(a, b));
    const keyed = examples.filter(({ trials }) => trials.some(([, , , , attrs]) => 'constraints:0' in attrs));
    expect({ cases: examples.length >= 200, tail: least < Math.log(1e-300), keyed: keyed.length >= 10 }).toEqual({
      cases: true,
      tail: true,
      keyed: true,
    });
  });
});

describe('TPE for several objectives agrees with Optuna 5.0.0', () => {
  const examples = golden<TpeCase[]>('tpe-several.json');
  it.each(examples.map((example) => [example.label, example] as const))('%s', (_, example) => expectTpeCase(example));
});
