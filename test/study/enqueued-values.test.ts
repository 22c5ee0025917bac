import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  categorical,
  createStudy,
  float,
  int,
  type JsonValue,
  space,
  type UnusedValue,
  variant,
} from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

/** A study in a database with trials that Optuna's `enqueue_trial` would have added, with any parameters. */
async function enqueued(params: readonly Record<string, JsonValue>[], of = space({})) {
  const storage = join(memoryFolder(), 'studies.db');
  const study = await createStudy({ name: 's', storage, space: of, seed: 3 });
  const theirs = await openStorage(storage, { create: false });
  onTestFinished(async () => {
    await study.close();
    await theirs.close();
  });
  const record = await theirs.findStudy('s');
  if (record === undefined) throw new Error('There is no study.');
  for (const fixed of params) {
    await theirs.createTrial(record, { state: 'WAITING', systemAttrs: { fixed_params: fixed } });
  }
  const told: UnusedValue[] = [];
  study.onUnused((unused) => told.push(unused));
  return { study, told };
}

const declared = space({
  x: float(0, 10),
  n: int(0, 8, { step: 2 }),
  c: categorical(['a', 1, true]),
  o: variant({ adam: { b: float(0, 1) }, sgd: { b: float(0, 1) } }),
});

describe('values that a trial was enqueued with and cannot take', () => {
  it.each<readonly [string, Record<string, JsonValue>, string, string]>([
    ['out of range', { x: 20 }, 'x', 'is no value of float(0, 10)'],
    ['NaN', { x: Number.NaN }, 'x', 'is no value of float(0, 10)'],
    ['of another type', { x: '4' }, 'x', 'is no value of float(0, 10)'],
    ['a boolean for a number', { n: true }, 'n', 'is no value of int(0, 8, { step: 2 })'],
    ['off the step', { n: 3 }, 'n', 'is no value of int(0, 8, { step: 2 })'],
    ['no whole number', { n: 2.5 }, 'n', 'is no value of int(0, 8, { step: 2 })'],
    ['an unknown choice', { c: 'b' }, 'c', 'is no value of categorical(["a",1,true])'],
    ['a list', { c: ['a'] }, 'c', 'is no value of categorical(["a",1,true])'],
    ['an unknown branch', { o: 'lion' }, 'o', 'is no value of categorical(["adam","sgd"])'],
  ])('%s: are reported, marked, and drawn', async (_name, fixed, param, why) => {
    const { study, told } = await enqueued([{ ...fixed, ...(param === 'x' ? {} : { x: 4 }) }], declared);
    const trial = await study.ask();
    const drawn = trial.flatParams[param];
    const unused = { value: fixed[param], why, drawn };
    expect(told).toEqual([{ trial: 0, param, ...unused }]);
    expect((await study.trials())[0]?.systemAttrs['hpo:unused']).toEqual({ [param]: unused });
    if (param !== 'x') expect(trial.flatParams.x).toBe(4); // the others are taken all the same
    await study.tell(trial, 1);
    expect(told).toHaveLength(1);
  });

  it('of a misspelt name, or of another branch, are reported when the trial starts', async () => {
    const { study, told } = await enqueued([{ X1: 3, o: 'sgd', 'o.adam.b': 0.5 }], declared);
    await study.ask();
    const marks = {
      X1: { value: 3, why: 'is no parameter of the space; did you mean `x`' },
      'o.adam.b': { value: 0.5, why: 'is of a branch that was not taken' },
    };
    expect(told).toEqual(Object.entries(marks).map(([param, mark]) => ({ trial: 0, param, ...mark })));
    expect((await study.trials())[0]?.systemAttrs['hpo:unused']).toEqual(marks);
  });

  it('whose name the objective asks for after all are taken, and not marked', async () => {
    const { study } = await enqueued([{ layers: 3 }], declared);
    const asked: number[] = [];
    await study.optimize(async ({ trial }) => asked.push(await trial.suggestInt('layers', 1, 4)), { trials: 1 });
    expect(asked).toEqual([3]);
    expect((await study.trials())[0]).toMatchObject({ params: { layers: 3 }, systemAttrs: { 'hpo:unused': {} } });
  });

  it('are reported in studies that declare nothing; names that were never asked for, at the end', async () => {
    const { study, told } = await enqueued([{ lr: 0.5, momentum: 0.9 }, { lr: 2 }, { lr: 0.25 }, { mometum: 1 }]);
    await study.optimize(async ({ trial }) => trial.suggestFloat('lr', 0, 1), { trials: 4 });
    const [, second] = await study.trials();
    expect(told).toEqual([
      { trial: 0, param: 'momentum', value: 0.9, why: 'was not asked for' },
      { trial: 1, param: 'lr', value: 2, why: 'is no value of float(0, 1)', drawn: second?.params.lr },
      { trial: 3, param: 'mometum', value: 1, why: 'was not asked for' },
    ]);
    const marks = (await study.trials()).map(({ systemAttrs }) => Object.keys(systemAttrs['hpo:unused'] ?? {}));
    expect(marks).toEqual([['momentum'], ['lr'], [], ['mometum']]);
  });

  it('are reported once, whichever process goes on with the trial or ends it', async () => {
    const { study, told } = await enqueued([{ x: 20, lr: 1 }], declared);
    const first = await study.ask();
    await study.requeue(first);
    const second = await study.ask();
    expect(second.flatParams).toEqual(first.flatParams);
    await study.tell(second, 1);
    expect(told.map(({ param }) => param)).toEqual(['x', 'lr']);
  });
});
