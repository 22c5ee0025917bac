import { describe, expect, it } from 'vitest';
import { importance } from '../../../src/importance/importance.ts';
import { type PedAnovaOptions, pedAnova } from '../../../src/importance/ped-anova/ped-anova.ts';
import type { Direction } from '../../../src/trial/direction.ts';
import type { FrozenTrial } from '../../../src/trial/frozen-trial.ts';
import { expectClose, golden } from './golden.ts';
import { type GoldenTrial, type JsonSpace, trialsOf } from './tpe-case.ts';

/** A generated history, and the importances that Optuna's PED-ANOVA finds in it. */
interface PedAnovaCase {
  readonly label: string;
  readonly directions: readonly Direction[];
  readonly histories: readonly (readonly [JsonSpace, readonly GoldenTrial[]])[];
  readonly options: PedAnovaOptions;
  /** The index of the value that is the target, and its sign. */
  readonly target: readonly [at: number, sign: number] | null;
  readonly params: readonly string[] | null;
  readonly importance: Readonly<Record<string, number>>;
  readonly shares: Readonly<Record<string, number>>;
}

const cases = golden<readonly PedAnovaCase[]>('ped-anova.json');

function expectAgreement(actual: ReadonlyMap<string, number>, expected: Readonly<Record<string, number>>): void {
  expect([...actual.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [name, own] of actual) expectClose(own, expected[name] as number, name);
}

describe('PED-ANOVA agrees with Optuna 5.0.0', () => {
  it.each(cases.map((example) => [example.label, example] as const))('%s', (_, example) => {
    const { directions, target, params } = example;
    const trials: FrozenTrial[] = [];
    for (const [space, rows] of example.histories) trials.push(...trialsOf(space, rows, trials.length));
    const options = {
      evaluator: pedAnova(example.options),
      ...(params && { params }),
      ...(target && { target: ({ values }: FrozenTrial) => target[1] * (values?.[target[0]] as number) }),
    };
    expectAgreement(importance({ directions, trials }, { ...options, normalize: false }), example.importance);
    expectAgreement(importance({ directions, trials }, options), example.shares);
  });
});
