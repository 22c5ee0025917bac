import { expect, it } from 'vitest';
import { didYouMean, nearestName } from './nearest-name.ts';

const names = ['epochs', 'learningRate', 'lr', 'batchSize'];

it.each([
  ['epoch', 'epochs'],
  ['EPOCHS', 'epochs'],
  ['learning_rate', 'learningRate'],
  ['learnigRate', 'learningRate'],
  ['rl', 'lr'],
  ['bathcSize', 'batchSize'],
  ['l', 'lr'],
  ['momentum', undefined],
  ['', undefined],
])('%s is meant for %s', (name, nearest) => expect(nearestName(name, names)).toBe(nearest));

it('asks only where a name is near', () => {
  expect([didYouMean('epoch', names), didYouMean('momentum', names)]).toEqual(['; did you mean `epochs`?', '']);
});
