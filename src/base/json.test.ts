import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonValue, parsePythonJson, stringifyPythonJson } from './json.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('NaN', '"NaN"', '-Infinity', '\\"Infinity\\\\', '[NaN]'),
);
const anyJson = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('NaN', 'Infinity')), tie('value'), { noNullPrototype: true }),
  ),
})).value;

it('reads what it writes, NaN and the infinities included', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(parsePythonJson(stringifyPythonJson(value))).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

it('writes as Python does', () => {
  expect(
    [
      stringifyPythonJson({ low: 0.5, log: false, step: null, choices: ['a', 1], nothing: undefined }),
      stringifyPythonJson([Number.NaN, Infinity, -Infinity, -0, 1e300]),
      stringifyPythonJson({}),
      stringifyPythonJson('a "b" \n NaN'),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "{"low": 0.5, "log": false, "step": null, "choices": ["a", 1]}
    [NaN, Infinity, -Infinity, -0.0, 1e+300]
    {}
    "a \\"b\\" \\n NaN""
  `);
});

it('reads strict JSON and Python’s, and nothing else', () => {
  expect(parsePythonJson(' {"a": [NaN, -Infinity, "NaN, Infinity"], "NaN": Infinity}')).toEqual({
    a: [Number.NaN, -Infinity, 'NaN, Infinity'],
    NaN: Infinity,
  });
  for (const text of ['', '{', "{'a': 1}", '[NaN', 'nan', '-NaN', 'None']) {
    expect(() => parsePythonJson(text), text).toThrow(SyntaxError);
  }
});

it('reads texts of any length, in time that grows with it', () => {
  const log = `epoch loss: NaN "quoted" \\ ${'a'.repeat(32e6)}${'\\'.repeat(1e5)}`;
  const value = { log, losses: [Number.NaN, Infinity] };
  expect(parsePythonJson(stringifyPythonJson(value))).toEqual(value);
  expect(() => parsePythonJson(`NaN "${'\\"'.repeat(1e6)}`)).toThrow(SyntaxError);
});

it('reads and writes values nested 1,000 deep, and refuses deeper ones', () => {
  const nested = (depth: number, inmost: string) => '['.repeat(depth) + inmost + ']'.repeat(depth);
  for (const inmost of ['1', 'NaN', '"NaN"']) {
    const value = parsePythonJson(nested(1000, inmost));
    expect(stringifyPythonJson(value)).toBe(nested(1000, inmost));
    for (const depth of [1001, 200_000]) {
      expect(() => parsePythonJson(nested(depth, inmost)), inmost).toThrow(SyntaxError);
    }
    expect(() => stringifyPythonJson([value])).toThrow(RangeError);
  }
});

it.each([
  ['undefined', [1, undefined]],
  ['undefined', new Array(2)],
  ['a function', { a: [() => 1] }],
  ['a symbol', { a: Symbol('s') }],
  ['a bigint', [1n]],
])('refuses what JSON lacks: %s', (what, value) => {
  expect(() => stringifyPythonJson(value as unknown as JsonValue)).toThrow(new TypeError(`it holds ${what}`));
});
