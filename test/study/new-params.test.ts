import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  categorical,
  createStudy,
  float,
  type HpoError,
  int,
  loadStudy,
  type SpaceDefinition,
  space,
  variant,
} from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const x = float(0, 1);

interface Change {
  readonly from: SpaceDefinition;
  readonly to: SpaceDefinition;
  readonly newParams?: boolean;
  /** The end of every earlier trial. */
  readonly told?: 'FAIL' | 'PRUNED';
  readonly directions?: readonly ['minimize', 'maximize'];
  /** Removes hpo's record of the space, so that the study is like one of Optuna's. */
  readonly unrecorded?: boolean;
}

/** Runs three trials with one space, opens the study with the other one, and runs two more. */
async function change({ from, to, newParams, told, directions, unrecorded }: Change) {
  const storage = join(memoryFolder(), 'studies.db');
  const options = { name: 's', storage, seed: 5, ...(directions && { directions }) };
  const first = await createStudy({ ...options, space: space(from) });
  const objective = () => (directions ? [1, 1] : 1);
  for (let n = 0; n < 3; n++) await first.tell(await first.ask(), told ?? objective());
  await first.close();
  if (unrecorded) {
    const opened = await openStorage(storage, { create: false });
    const record = await opened.findStudy('s');
    if (record) await opened.setStudyAttr(record, 'system', 'hpo:space', undefined);
    await opened.close();
  }
  const wanted = { ...options, space: space(to), ifExists: 'load' as const };
  const opened = await createStudy({ ...wanted, ...(newParams && { newParams }) }).catch((error: HpoError) => error);
  if (opened instanceof Error) {
    const unchanged = await loadStudy({ name: 's', storage });
    expect(await unchanged.trials()).toHaveLength(3);
    await unchanged.close();
    return `${opened.code} ${/continued: (.+?)\. Undo/.exec(opened.message)?.[1]}`;
  }
  await opened.optimize(() => (directions ? [2, 2] : 2), { trials: 5 });
  const again = await createStudy(wanted); // a permission is not needed again
  const trials = await again.trials();
  const best = trials[0];
  if (best === undefined) throw new Error('There is no trial.');
  const drawn = again.drawnParams(best);
  expect(again.paramsOf(best)).toEqual(opened.paramsOf(best));
  expect(Object.keys(again.space.assemble(() => null) as object)).toEqual(Object.keys(to));
  await opened.close();
  await again.close();
  return { drawn, states: trials.map(({ state }) => state).join(' ') };
}

const GOES_ON = { drawn: {}, states: 'COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE' };

describe('a study whose space has changed', () => {
  it('goes on with another range, and where no trial has a value yet', async () => {
    expect(await change({ from: { x }, to: { x: float(5, 6) } })).toEqual(GOES_ON);
    const failed = await change({ from: { x }, to: { x, y: float(0, 1) }, told: 'FAIL' });
    expect(failed).toMatchObject({ states: 'FAIL FAIL FAIL COMPLETE COMPLETE' });
  });

  it.each<readonly [string, Change, string]>([
    ['added', { from: { x }, to: { x, y: x, z: x } }, '`y` is new (trial 0 has none), `z` is new (trial 0 has none)'],
    ['removed', { from: { x, y: x }, to: { x } }, '`y` is declared no longer'],
    [
      'renamed',
      { from: { lr: x }, to: { learningRate: x } },
      '`learningRate` is new (trial 0 has none), `lr` is declared no longer, as after a renaming',
    ],
    [
      'added to the branch that was taken',
      { from: { o: variant({ a: { x } }) }, to: { o: variant({ a: { x, y: x } }) } },
      '`o.a.y` is new (trial 0 has none)',
    ],
    [
      'added, with several directions',
      { from: { x }, to: { x, y: x }, directions: ['minimize', 'maximize'] },
      '`y` is new (trial 0 has none)',
    ],
    [
      "added, in a study of Optuna's",
      { from: { x }, to: { x, y: x }, unrecorded: true },
      '`y` is new (trial 0 has none)',
    ],
    [
      "renamed, in a study of Optuna's",
      { from: { lr: x }, to: { learningRate: x }, unrecorded: true },
      '`learningRate` is new (trial 0 has none), `lr` is declared no longer, as after a renaming',
    ],
  ])('is refused when it is opened: %s', async (_name, changes, what) => {
    const problem = `HPO_STUDY_DIFFERS its space has other parameters than its trials: ${what}`;
    expect(await change(changes)).toBe(problem);
    const allowed = await change({ ...changes, newParams: true });
    expect(allowed).toMatchObject({ states: 'COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE' });
  });

  it('names every parameter of another kind, also with newParams', async () => {
    const from = { x, c: categorical(['a', 'b']), n: int(0, 3) };
    const to = { x: float(0.5, 1, { log: true }), c: categorical(['b', 'a']), n: int(0, 9), y: x };
    expect(await change({ from, to, newParams: true })).toBe(
      'HPO_STUDY_DIFFERS of its parameter `x`, it was linear and is logarithmic now; of its parameter `c`, its choices were ["a","b"] and are ["b","a"] now',
    );
    const branches = { from: { o: variant({ a: {} }) }, to: { o: variant({ a: {}, b: {} }) }, newParams: true };
    expect(await change(branches)).toMatch('its choices were ["a"] and are ["a","b"] now');
  });

  it('without a stored space, takes further parameters of trials for ones that they asked for as they ran', async () => {
    expect(await change({ from: { x, y: x }, to: { x }, unrecorded: true })).toEqual(GOES_ON);
  });

  it('draws the parameters that the best trial lacks: always the same, by the seed', async () => {
    const to = { x, y: float(10, 11), o: variant({ a: { z: int(3, 9) } }) };
    const [one, two] = [
      await change({ from: { x }, to, newParams: true }),
      await change({ from: { x }, to, newParams: true }),
    ];
    expect(one).toEqual(two);
    expect(one).toMatchObject({ drawn: { o: 'a', y: expect.any(Number), 'o.a.z': expect.any(Number) } });
  });
});

it('a study that is begun without a space takes one later, if its best trial has the parameters', async () => {
  const storage = join(memoryFolder(), 'studies.db');
  const asking = await createStudy({ name: 's', storage, seed: 1 });
  await asking.optimize(({ trial }) => trial.suggestFloat('x', 0, 1), { trials: 2 });
  await asking.close();
  const declared = await loadStudy({ name: 's', storage, space: space({ x }) });
  expect(await declared.bestParams()).toEqual({ x: (await declared.bestTrial())?.values?.[0] });
  await declared.close();
  await expect(loadStudy({ name: 's', storage, space: space({ x, y: x }) })).rejects.toThrow('`y` is new');
});

it('the parameters of a trial that another program has run without one of them are completed', async () => {
  const storage = join(memoryFolder(), 'studies.db');
  const ours = await createStudy({ name: 's', storage, space: space({ x, y: float(2, 3) }), seed: 1 });
  const theirs = await loadStudy({ name: 's', storage });
  await theirs.optimize(({ trial }) => trial.suggestFloat('x', 0, 1), { trials: 1 });
  expect(await ours.bestParams()).toEqual({ x: expect.any(Number), y: expect.any(Number) });
  await ours.close();
  await theirs.close();
});
