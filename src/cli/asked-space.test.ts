import { expect, it } from 'vitest';
import { categorical } from '../space/categorical-distribution.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { float } from '../space/float-distribution.ts';
import { parseSpace, suggestAll } from './asked-space.ts';

const space: ReadonlyMap<string, Distribution> = new Map<string, Distribution>([
  ['optimizer.adam.decay.cosine.cycles', float(1, 5)],
  ['optimizer.adam.decay', categorical(['cosine', 'none'])],
  ['optimizer.sgd.momentum', float(0, 1)],
  ['optimizer', categorical(['adam', 'sgd'])],
  ['model.v2', float(0, 1)], // a dot that does not belong to a variant
]);

async function asked(choices: Readonly<Record<string, ParamValue>>): Promise<readonly string[]> {
  return Object.keys(await suggestAll(space, async (name, { first }) => choices[name] ?? first));
}

it('asks for a variant before its branch, and for the chosen branch alone', async () => {
  expect(await asked({})).toEqual([
    'optimizer',
    'optimizer.adam.decay',
    'optimizer.adam.decay.cosine.cycles',
    'model.v2',
  ]);
  expect(await asked({ 'optimizer.adam.decay': 'none' })).toEqual(['optimizer', 'optimizer.adam.decay', 'model.v2']);
  expect(await asked({ optimizer: 'sgd' })).toEqual(['optimizer', 'optimizer.sgd.momentum', 'model.v2']);
});

it('reads what Optuna writes, with `log` and `step` left out too', () => {
  const text = `{
    "x": {"name": "FloatDistribution", "attributes": {"step": null, "low": 0.001, "high": 1.0, "log": true}},
    "n": {"name": "IntDistribution", "attributes": {"low": 1, "high": 8}},
    "c": {"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, 1.5, true]}}
  }`;
  expect([...parseSpace(text)].map(([name, distribution]) => `${name}: ${distribution}`)).toMatchInlineSnapshot(`
    [
      "x: float(0.001, 1, { log: true })",
      "n: int(1, 8)",
      "c: categorical(["a",null,1.5,true])",
    ]
  `);
});

it('names the part of a space that is wrong', () => {
  const says = (text: string): string => {
    try {
      return String(parseSpace(text));
    } catch (error) {
      return (error as Error).message.replace(/write \{.*/, 'write …');
    }
  };
  expect(
    [
      '{x}',
      '[]',
      '{}',
      '{"x": null}',
      '{"x": {"name": "UniformDistribution", "attributes": {}}}',
      '{"x": {"name": "FloatDistribution", "attributes": {"low": 0}}}',
      '{"x": {"name": "CategoricalDistribution", "attributes": {}}}',
    ].map(says),
  ).toMatchInlineSnapshot(`
    [
      "--space: this is not JSON: {x}; write …",
      "--space: write …",
      "--space: it is empty; write …",
      "--space: \`x\`: write …",
      "--space: \`x\`: write …",
      "--space: \`x\`: float(0, undefined): the bound \`high\` is missing; give a finite number.",
      "--space: \`x\`: write …",
    ]
  `);
});

it.each([
  ['"low": 0, "high": 1, "lgo": true', 'FloatDistribution', 'there is no attribute `lgo`; did you mean `log`?'],
  [
    '"choices": [{"a": 1}]',
    'CategoricalDistribution',
    'a choice is an object; give strings, numbers, booleans or null.',
  ],
  [
    `"choices": [${'['.repeat(30_000)}${']'.repeat(30_000)}]`,
    'CategoricalDistribution',
    'is nested too deeply; write {',
  ],
  [`"low": ${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'FloatDistribution', 'is nested too deeply; write {'],
])('refuses attributes that would be ignored, or crash it (%#)', (attributes, name, problem) => {
  const parse = () => parseSpace(`{"x": {"name": "${name}", "attributes": {${attributes}}}}`);
  expect(parse).toThrow(expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT' }));
  expect(parse).toThrow(problem);
});
