import type { Rng } from '../../src/base/rng.ts';

/** Values for the arguments of requests. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0.5,
  2 ** 60,
  1n,
  '',
  'x'.repeat(2_000),
  '\u001b[2J',
  '__proto__',
  true,
  [],
  [null],
  {},
  new Map([[1, 2]]),
  new Date(Number.NaN),
  new Uint8Array(3),
];

const pick = <T>(rng: Rng, values: readonly T[]): T => values[rng.integer(values.length)] as T;

/**
 * A request of a worker with arguments that no worker of hpo sends. What would be a right report, parameter or attribute
 * is left out: nobody could distinguish it from the study's own.
 */
export function hostile(rng: Rng): unknown {
  const value = pick(rng, VALUES);
  const argument = pick<unknown>(rng, [
    value,
    { value, step: pick(rng, VALUES) },
    { value: 1, step: pick(rng, [-1, 0.5, Number.NaN, '1', null, 2 ** 60]) },
    { value, step: 5_000_000_000, extras: pick(rng, VALUES) },
    { name: value, distribution: pick(rng, VALUES) },
    { name: 'y', distribution: '{"name": "FloatDistribution", "attributes": {"low": 2, "high": 1}}' },
    { name: 'x', distribution: '{"name": "IntDistribution", "attributes": {"low": 0, "high": 1, "step": 1}}' },
    { label: value, done: pick(rng, VALUES), total: pick(rng, VALUES) },
    [{ phase: 'trial', trial: 0, text: value }],
    { last: { step: value, trial: 0, attempt: 1 } },
    { last: value, best: pick(rng, VALUES) },
    [value],
  ]);
  const method = pick(rng, [
    'report',
    'shouldPrune',
    'setUserAttr',
    'setConstraint',
    'suggest',
    'log',
    'warn',
    'progress',
    'keepCheckpoints',
    'nothing',
  ]);
  const kind = pick(rng, ['request', 'request', 'request', 'answer', 'refusal', 'other']);
  const id = kind === 'request' ? 1_000_000 + rng.integer(1_000) : pick<unknown>(rng, [-1, 1e9, value]);
  return { kind, id, method, argument, answer: value, failure: { name: value, message: value } };
}
