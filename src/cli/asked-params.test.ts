import { describe, expect, it } from 'vitest';
import { categorical, float, space, variant } from '../index.ts';
import { FloatDistribution } from '../space/float-distribution.ts';
import { spaceRecord } from '../study/space-record.ts';
import { SPACE_KEY } from '../study/study-keys.ts';
import { knownParams, parseParamTexts } from './asked-params.ts';

const nothing = { parameters: [], userAttrs: [], systemAttrs: [], steps: [], hasCurves: false };
const declared = space({
  x: float(0, 10),
  size: categorical([32, '64', true, null]),
  optimizer: variant({ adam: { beta: float(0, 1) }, sgd: { momentum: float(0, 1) } }),
});
const known = knownParams({ [SPACE_KEY]: spaceRecord(declared) }, nothing);
const open = knownParams({}, nothing);

const parse = (set: readonly string[], params?: string) => parseParamTexts({ set, params }, known);

describe('parameters on the command line', () => {
  it('are read as their study knows them', () => {
    expect(parse(['x=1e-1', 'size=32'])).toEqual({ x: 0.1, size: 32 });
    expect(['64', 'true', 'null'].map((text) => parse([`size=${text}`]).size)).toEqual(['64', true, null]);
  });

  it('come from --set where both options give one', () => {
    expect(parse(['x=2'], '{"x": 1, "size": 32}')).toEqual({ x: 2, size: 32 });
  });

  it('are nested or flat in --params, of one branch together with --set', () => {
    expect(parse([], '{"optimizer": {"kind": "adam", "beta": 0.5}}')).toEqual({
      optimizer: 'adam',
      'optimizer.adam.beta': 0.5,
    });
    expect(parse(['optimizer.sgd.momentum=0.5'], '{"optimizer": "sgd"}')).toEqual({
      optimizer: 'sgd',
      'optimizer.sgd.momentum': 0.5,
    });
    expect(() => parse(['optimizer.sgd.momentum=0.5'], '{"optimizer": "adam"}')).toThrow(
      '--set: `optimizer.sgd.momentum` is of another branch of `optimizer` than "adam".',
    );
  });

  it.each([
    [['x'], undefined, '--set x: write it as name=value.'],
    [['=1'], undefined, '--set =1: write it as name=value.'],
    [['x=11'], undefined, '--set: `x` is 11, which is no value of float(0, 10).'],
    [['x='], undefined, '--set: `x` is "", which is no value of float(0, 10).'],
    [['sise=1'], undefined, '--set: `sise` is no parameter of the space; it has x, size, '],
    [[], '{"x": 11}', '--params: `x` is 11, which is no value of float(0, 10).'],
    [['size=32'], '{"x": 11}', '--params: `x` is 11, which is no value of float(0, 10).'],
    [[], '[1]', '--params takes a JSON object such as {"x": 3}, not [1].'],
    [[], '{', '--params takes a JSON object such as {"x": 3}, not {.'],
    [[], '{"x": [1]}', '--params: `x` is an array, which no parameter can be.'],
  ])('are refused: %j and %j', (set, params, message) => {
    expect(() => parse(set, params)).toThrow(message);
  });

  it('are numbers, words of JSON or texts where the study knows no parameter', () => {
    const texts = ['a=1', 'b=true', 'c=null', 'd=one', 'e=', 'f=a=b'];
    expect(parseParamTexts({ set: texts, params: undefined }, open)).toEqual({
      a: 1,
      b: true,
      c: null,
      d: 'one',
      e: '',
      f: 'a=b',
    });
  });
});

it('knows the parameters of the declared space, in place of those of earlier trials', () => {
  const former = [
    { name: 'x', distributions: [new FloatDistribution(0, 1)] },
    { name: 'gone', distributions: [new FloatDistribution(0, 1), new FloatDistribution(0, 5)] },
  ];
  const both = knownParams(
    { [SPACE_KEY]: spaceRecord(space({ x: float(0, 10) })) },
    { ...nothing, parameters: former },
  );
  expect(Object.fromEntries([...both.distributions].map(([name, own]) => [name, String(own)]))).toEqual({
    x: 'float(0, 10)',
    gone: 'float(0, 5)',
  });
  expect([both.isOpen, open.isOpen]).toEqual([false, true]);
  expect([...known.variants]).toEqual(['optimizer']);
});
