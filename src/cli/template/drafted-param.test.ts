import { describe, expect, it } from 'vitest';
import { draftedParams, paramsText } from './drafted-param.ts';

const texts = (params: string) => draftedParams(params).map(({ name, distribution }) => `${name}: ${distribution}`);

describe('the parameters of a text', () => {
  it('are whole numbers, real ones and choices', () => {
    expect(texts('a=1..4 b=1.0..4 c=1e-4..1:log d=0..10:step=5 e=0..1:step=0.25 f=-3..-1')).toEqual([
      'a: int(1, 4)',
      'b: float(1, 4)',
      'c: float(0.0001, 1, { log: true })',
      'd: int(0, 10, { step: 5 })',
      'e: float(0, 1, { step: 0.25 })',
      'f: int(-3, -1)',
    ]);
    const [first, second] = draftedParams('kind=relu,-1.5,true\tother=a..b,c');
    expect(first?.distribution).toMatchObject({ choices: ['relu', -1.5, true] });
    expect(second?.distribution).toMatchObject({ choices: ['a..b', 'c'] });
  });

  it('are the same when they have been written and read again', () => {
    for (const text of ['a=1..4:log b=1.0..4.0 c=0.0001..0.1:log', 'd=0..10:step=5 e=x,2,false f=0.0..1e-7']) {
      expect(texts(paramsText(draftedParams(text)))).toEqual(texts(text));
    }
  });

  it.each([
    ['', 'no parameter is named; give name=low..high'],
    ['x', '"x" is no parameter; give name=low..high'],
    ['a.b=1..2', '"a.b=1..2" is no parameter'],
    ['__proto__=1..2', '"__proto__=1..2" is no parameter'],
    ['x=1..2 x=3,4', 'x is there twice.'],
    ['x=', 'x=: it needs a range, such as 0.1..1, or two choices'],
    ['x=a', 'x=a: it needs a range'],
    ['x=a,', 'x=a,: it needs a range'],
    ['x=1..2:lug', 'x=1..2:lug: it needs a range'],
    ['x=0..1:log', 'x=0..1:log: int(0, 1'],
    ['x=1..1e999', 'x=1..1e999: float(1, Infinity'],
    ['x=a,a', 'x=a,a: categorical('],
  ])('are refused in one line: %s', (text, begin) => {
    let message = '';
    try {
      draftedParams(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.slice(0, begin.length)).toBe(begin);
    expect(message).not.toContain('\n');
  });
});
