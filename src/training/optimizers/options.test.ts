import { expect, test } from 'vitest';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

test.each([
  [() => adam({ beta1: 1 }), 'adam(): `beta1` is 1; give a number from 0 on, less than 1.'],
  [() => adam({ learningRate: -1 }), 'adam(): `learningRate` is -1; give a number from 0 on.'],
  [() => adamw({ weightDecay: Number.NaN }), 'adamw(): `weightDecay` is NaN; give a number from 0 on.'],
  [() => rmsprop({ decay: 1.5 }), 'rmsprop(): `decay` is 1.5; give a number from 0 on, less than 1.'],
  [() => rmsprop({ centered: 1 as never }), 'rmsprop(): `centered` is 1; give true or false.'],
  [() => sgd({ momentum: -0.9 }), 'sgd(): `momentum` is -0.9; give a number from 0 on.'],
])('a wrong option is refused in a line: %#', (make, line) => {
  expect(make).toThrow(line);
});

test('the parameters of a trial may have more than the options', () => {
  const params = { learningRate: 0.1, dropout: 2, batchSize: 64 };
  for (const make of [adam, adamw, rmsprop, sgd]) expect(make(params).learningRate).toBe(0.1);
});
