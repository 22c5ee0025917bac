import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { float } from '../space/float-distribution.ts';
import { IntDistribution } from '../space/int-distribution.ts';
import { boundNotes, outsideNotes, studyNotes, trialNotes } from './reading-notes.ts';

const { record } = storedStudy([]);

it('says what of a study cannot be read', () => {
  expect(studyNotes(record)).toEqual([]);
  expect(studyNotes({ ...record, unreadable: ['its directions', 'an attribute'] })).toEqual([
    "the study 'study' cannot be read in full: its directions; an attribute",
  ]);
});

it('says which trials cannot be read in full, and why the first one', () => {
  const partial = (number: number) => frozenTrial(number, { unreadable: [`part ${number}`, 'more'] });
  expect(trialNotes(record, [frozenTrial(0)])).toEqual([]);
  expect(trialNotes(record, [frozenTrial(0), partial(3)])).toEqual([
    "trial 3 of 'study' cannot be read in full: part 3; more",
  ]);
  expect(trialNotes(record, [partial(2), frozenTrial(3), partial(4)])).toEqual([
    "2 trials of 'study' cannot be read in full, trial 2 first: part 2; more",
  ]);
});

it('says which trials have values outside their distributions', () => {
  const trial = (number: number, x: number) =>
    frozenTrial(number, { params: { x, y: 0.5 }, distributions: { x: float(0, 1), y: float(0, 1) } });
  expect(outsideNotes(record, [trial(0, 0), trial(1, 1)])).toEqual([]);
  expect(outsideNotes(record, [trial(0, 0), trial(1, 1e308)])).toMatchInlineSnapshot(`
    [
      "trial 1 of 'study' has a parameter outside its distribution: \`x\` is 1e+308, and the distribution is float(0, 1)",
    ]
  `);
  expect(outsideNotes(record, [trial(2, -1), trial(4, Number.NaN)])).toMatchInlineSnapshot(`
    [
      "2 trials of 'study' have parameters outside their distributions, trial 2 first: \`x\` is -1, and the distribution is float(0, 1)",
    ]
  `);
});

it('names the parameters whose bounds no number can hold exactly, five at most', () => {
  const exact = new IntDistribution(0, 2 ** 53 - 1, {}, 'stored');
  const rough = new IntDistribution(0, 2 ** 60, {}, 'stored');
  const parameters = (...names: readonly string[]) =>
    names.map((name) => ({ name, distributions: name === 'exact' ? [exact] : [exact, rough] }));
  expect(boundNotes(parameters('exact'))).toEqual([]);
  expect(boundNotes(parameters('a', 'exact', 'b'))).toEqual([
    'the bounds of `a`, `b` are beyond ±(2^53 - 1), and are shown as near as a number goes',
  ]);
  expect(boundNotes(parameters('a', 'b', 'c', 'd', 'e'))[0]).toContain('of `a`, `b`, `c`, `d`, `e` are');
  expect(boundNotes(parameters('a', 'b', 'c', 'd', 'e', 'f'))[0]).toContain('`d`, `e`, … are');
});
