import { beforeEach, describe, expect, it } from 'vitest';
import { categorical } from '../../../src/space/categorical-distribution.ts';
import { float } from '../../../src/space/float-distribution.ts';
import { int } from '../../../src/space/int-distribution.ts';
import type { Storage, TrialTemplate } from '../../../src/storage/storage.ts';
import type { TrialState } from '../../../src/trial/frozen-trial.ts';
import { allTrials, expectError, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';
import { HOSTILE_NAMES, REFUSED_NAMES } from './study-contract.ts';

const NOT_RUNNING: readonly TrialTemplate[] = [
  { state: 'WAITING' },
  { state: 'COMPLETE', values: [1] },
  { state: 'PRUNED' },
  { state: 'FAIL' },
];

export function describeTrials({ open }: StorageSetup): void {
  let storage: Storage;
  let study: number;
  beforeEach(async () => {
    storage = await open();
    study = (await storage.createStudy({ name: 'a', directions: ['minimize'] })).id;
  });
  const start = () => storage.createTrial(study, { state: 'RUNNING' });
  const read = (number: number) => trialOf(storage, study, number);

  it('numbers the trials of each study from 0', async () => {
    const other = (await storage.createStudy({ name: 'b', directions: ['minimize'] })).id;
    const numbers = [];
    for (const id of [study, other, study, study, other]) {
      numbers.push((await storage.createTrial(id, { state: 'RUNNING' })).number);
    }
    expect(numbers).toEqual([0, 0, 1, 2, 1]);
  });

  it('gives times to the states that have them', async () => {
    const times = async (state: TrialState, more: Partial<TrialTemplate> = {}) => {
      const { startedAt, completedAt } = await storage.createTrial(study, { state, ...more });
      return [startedAt instanceof Date, completedAt instanceof Date];
    };
    expect(await times('WAITING')).toEqual([false, false]);
    expect(await times('RUNNING')).toEqual([true, false]);
    expect(await times('FAIL')).toEqual([true, true]);
    const [startedAt, completedAt] = [new Date('2024-02-29T12:34:56.789Z'), new Date('1999-12-31T23:59:59.001Z')];
    const past = await storage.createTrial(study, { state: 'COMPLETE', values: [1], startedAt, completedAt });
    expect(past).toMatchObject({ startedAt, completedAt });
    expect(await read(3)).toEqual(past);
  });

  it('refuses times, values, steps and states that do not fit, and stores nothing of them', async () => {
    const refused: readonly TrialTemplate[] = [
      { state: 'COMPLETE' },
      { state: 'COMPLETE', values: [] },
      { state: 'COMPLETE', values: [1, 2] },
      { state: 'COMPLETE', values: [Number.NaN] },
      { state: 'RUNNING', values: [1] },
      { state: 'WAITING', values: [1] },
      { state: 'FAIL', values: [1] },
      { state: 'DONE' as TrialState },
      { state: 'RUNNING', startedAt: new Date(Number.NaN) },
      { state: 'RUNNING', startedAt: new Date('-000001-01-01T00:00:00Z') },
      { state: 'RUNNING', intermediateValues: new Map([[0.5, 1]]) },
      { state: 'RUNNING', intermediateValues: new Map([[-1, 1]]) },
      { state: 'RUNNING', params: [{ name: 'x', value: 2, distribution: float(0, 1) }] },
      { state: 'RUNNING', systemAttrs: { k: undefined as unknown as null } },
      ...REFUSED_NAMES.map((name) => ({ state: 'RUNNING', userAttrs: { [name]: 1 } }) as const),
      ...REFUSED_NAMES.map(
        (name) => ({ state: 'RUNNING', params: [{ name, value: 0, distribution: float(0, 1) }] }) as const,
      ),
    ];
    for (const template of refused) await expectError(storage.createTrial(study, template), 'HPO_INVALID_ARGUMENT');
    expect(await allTrials(storage, study)).toEqual([]);
    expect((await start()).number).toBe(0);
  });

  it('keeps parameters in the order of their suggestion, and replaces them', async () => {
    const { id } = await start();
    await storage.setTrialParams(id, [
      { name: 'z', value: 0.25, distribution: float(0, 1) },
      { name: 'units', value: 64, distribution: categorical([32, 64, null, 'x', true]) },
    ]);
    await storage.setTrialParams(id, [{ name: 'b', value: 3, distribution: int(1, 10, { log: true }) }]);
    await storage.setTrialParams(id, [{ name: 'z', value: 1.5, distribution: float(0, 2) }]);
    const trial = await read(0);
    expect(Object.entries(trial.params)).toEqual([
      ['z', 1.5],
      ['units', 64],
      ['b', 3],
    ]);
    expect(Object.values(trial.distributions).map(String)).toEqual([
      'float(0, 2)',
      'categorical([32,64,null,"x",true])',
      'int(1, 10, { log: true })',
    ]);
  });

  it('refuses parameters that are incompatible with earlier trials, and stores nothing of the call', async () => {
    await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [1],
      params: [
        { name: 'x', value: 0.5, distribution: float(0, 1) },
        { name: 'c', value: 'a', distribution: categorical(['a', 'b']) },
      ],
    });
    const { id } = await start();
    const fine = { name: 'fine', value: 1, distribution: int(0, 9) } as const;
    for (const param of [
      { name: 'x', value: 0.5, distribution: float(0.1, 1, { log: true }) },
      { name: 'x', value: 1, distribution: int(0, 1) },
      { name: 'c', value: 'a', distribution: categorical(['a', 'b', 'c']) },
      { name: 'c', value: 'a', distribution: categorical(['b', 'a']) },
    ]) {
      await expectError(storage.setTrialParams(id, [fine, param]), 'HPO_STUDY_DIFFERS');
      await expectError(storage.createTrial(study, { state: 'WAITING', params: [fine, param] }), 'HPO_STUDY_DIFFERS');
    }
    const twice = [fine, { name: 'fine', value: 0.5, distribution: float(0, 1) }];
    await expectError(storage.setTrialParams(id, twice), 'HPO_STUDY_DIFFERS');
    expect((await allTrials(storage, study)).map(({ params }) => params)).toEqual([{ x: 0.5, c: 'a' }, {}]);

    await storage.setTrialParams(id, [
      { name: 'x', value: 5, distribution: float(-9, 9, { step: 0.5 }) },
      { name: 'fine', value: 0.5, distribution: float(0, 1) }, // nothing of the refused calls is remembered
    ]);
    expect((await read(1)).params).toEqual({ x: 5, fine: 0.5 });
  });

  it('takes the first report of a step', async () => {
    const { id } = await start();
    const reports: readonly [number, number][] = [
      [10, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
      [2, Number.NEGATIVE_INFINITY],
      [7, 0.1],
    ];
    for (const [step, value] of reports) expect(await storage.setIntermediateValue(id, step, value)).toBe(true);
    for (const [step] of reports) expect(await storage.setIntermediateValue(id, step, 3)).toBe(false);
    expect([...(await read(0)).intermediateValues]).toEqual([
      [0, Number.POSITIVE_INFINITY],
      [2, Number.NEGATIVE_INFINITY],
      [7, 0.1],
      [10, Number.NaN],
    ]);
    for (const step of [-1, 0.5, Number.NaN, 2 ** 53]) {
      await expectError(storage.setIntermediateValue(id, step, 1), 'HPO_INVALID_ARGUMENT');
    }
  });

  it.each(HOSTILE_NAMES)('keeps attributes and parameters of the name %j', async (name) => {
    const { id } = await start();
    await storage.setTrialAttr(id, 'user', name, 'first');
    await storage.setTrialAttr(id, 'user', name, { [name]: [name] });
    await storage.setTrialParams(id, [{ name, value: name, distribution: categorical([name, 'other']) }]);
    const trial = await read(0);
    expect(Object.keys(trial.userAttrs)).toEqual([name]);
    expect(Object.entries(trial.userAttrs[name] as object)).toEqual([[name, [name]]]);
    expect(Object.entries(trial.params)).toEqual([[name, name]]);
    expect(trial.systemAttrs).toEqual({});
  });

  it('finishes a trial with everything at once', async () => {
    const both = (await storage.createStudy({ name: 'two', directions: ['minimize', 'maximize'] })).id;
    const { id } = await storage.createTrial(both, { state: 'RUNNING' });
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    await expectError(storage.finishTrial(id, 'COMPLETE', [1]), 'HPO_INVALID_ARGUMENT');
    await expectError(storage.finishTrial(id, 'COMPLETE', [1, Number.NaN], { k: 1 }), 'HPO_INVALID_ARGUMENT');
    await expectError(storage.finishTrial(id, 'COMPLETE', null), 'HPO_INVALID_ARGUMENT');
    expect(await trialOf(storage, both, 0)).toMatchObject({ state: 'RUNNING', values: null, systemAttrs: {} });
    await storage.finishTrial(id, 'COMPLETE', [low, high], { k: 1 });
    const trial = await trialOf(storage, both, 0);
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [low, high], systemAttrs: { k: 1 } });
    expect(trial.completedAt).toBeInstanceOf(Date);
  });

  it('finishes without values', async () => {
    await storage.finishTrial((await start()).id, 'FAIL', null, { 'hpo:failure': 'out of memory' });
    await storage.finishTrial((await start()).id, 'PRUNED', null);
    await storage.finishTrial((await start()).id, 'PRUNED', [0.5]);
    expect((await allTrials(storage, study)).map(({ state, values }) => [state, values])).toEqual([
      ['FAIL', null],
      ['PRUNED', null],
      ['PRUNED', [0.5]],
    ]);
  });

  it.each(NOT_RUNNING)('refuses writes to a trial that is $state', async (template) => {
    const before = await storage.createTrial(study, template);
    for (const promise of [
      storage.setTrialParams(before.id, [{ name: 'x', value: 1, distribution: float(0, 1) }]),
      storage.setIntermediateValue(before.id, 1, 1),
      storage.setTrialAttr(before.id, 'user', 'k', 1),
      storage.finishTrial(before.id, 'COMPLETE', [2]),
      storage.finishTrial(before.id, 'FAIL', null, { k: 1 }),
    ]) {
      await expectError(promise, 'HPO_TRIAL_STATE');
    }
    expect(await storage.requeueTrial(before.id, { keepReportsTo: null, systemAttrs: { k: 1 } })).toBe(false);
    expect(await read(0)).toEqual(before);
  });

  it('refuses trials that are not there', async () => {
    for (const promise of [
      storage.setTrialParams(7, []),
      storage.setIntermediateValue(7, 1, 1),
      storage.setTrialAttr(7, 'user', 'k', 1),
      storage.finishTrial(7, 'FAIL', null),
      storage.requeueTrial(7, { keepReportsTo: null, systemAttrs: {} }),
    ]) {
      await expectError(promise, 'HPO_INVALID_ARGUMENT');
    }
  });

  it('claims the WAITING trial with the smallest number, each once', async () => {
    expect(await storage.claimWaitingTrial(study, {})).toBeUndefined();
    await start();
    for (const x of [1, 2]) {
      await storage.createTrial(study, { state: 'WAITING', systemAttrs: { fixed_params: { x } } });
    }
    const claimed = await storage.claimWaitingTrial(study, { 'hpo:owner': 'me' });
    expect(claimed).toMatchObject({
      number: 1,
      state: 'RUNNING',
      systemAttrs: { fixed_params: { x: 1 }, 'hpo:owner': 'me' },
    });
    expect(claimed?.startedAt).toBeInstanceOf(Date);
    expect(await read(1)).toEqual(claimed);
    expect((await storage.claimWaitingTrial(study, {}))?.number).toBe(2);
    expect(await storage.claimWaitingTrial(study, {})).toBeUndefined();
    await storage.requeueTrial(claimed?.id as number, { keepReportsTo: null, systemAttrs: {} });
    await storage.createTrial(study, { state: 'WAITING' });
    expect((await storage.claimWaitingTrial(study, {}))?.number).toBe(1);
  });

  describe('requeueTrial', () => {
    const prepare = async () => {
      const { id } = await storage.createTrial(study, {
        state: 'RUNNING',
        params: [{ name: 'x', value: 0.5, distribution: float(0, 1) }],
        intermediateValues: new Map([
          [1, 0.1],
          [2, Number.NaN],
          [3, 0.3],
        ]),
        userAttrs: { kept: true },
        systemAttrs: { 'hpo:owner': { pid: 7, host: 'a' }, 'hpo:attempt': 1 },
      });
      return id;
    };

    it('puts the trial back with its parameters, and drops the reports after the checkpoint', async () => {
      const systemAttrs = { 'hpo:owner': null, 'hpo:attempt': 2, 'hpo:nobody': null };
      expect(await storage.requeueTrial(await prepare(), { keepReportsTo: 2, systemAttrs })).toBe(true);
      const trial = await read(0);
      expect(trial).toMatchObject({ number: 0, state: 'WAITING', params: { x: 0.5 }, startedAt: null, values: null });
      expect([...trial.intermediateValues]).toEqual([
        [1, 0.1],
        [2, Number.NaN],
      ]);
      expect(trial.systemAttrs).toEqual({ 'hpo:attempt': 2 });
      expect(trial.userAttrs).toEqual({ kept: true });
    });

    it('drops all reports without a checkpoint', async () => {
      await storage.requeueTrial(await prepare(), { keepReportsTo: null, systemAttrs: {} });
      expect((await read(0)).intermediateValues.size).toBe(0);
    });

    it('changes nothing where the attributes are others than expected', async () => {
      const id = await prepare();
      const before = await read(0);
      for (const onlyIf of [
        { 'hpo:owner': { pid: 8, host: 'a' } },
        { 'hpo:attempt': 1, missing: 1 },
        { 'hpo:attempt': '1' },
      ]) {
        expect(await storage.requeueTrial(id, { keepReportsTo: null, systemAttrs: { k: 1 }, onlyIf })).toBe(false);
      }
      expect(await read(0)).toEqual(before);
      const onlyIf = { 'hpo:owner': { host: 'a', pid: 7 } };
      expect(await storage.requeueTrial(id, { keepReportsTo: null, systemAttrs: {}, onlyIf })).toBe(true);
      expect(await storage.requeueTrial(id, { keepReportsTo: null, systemAttrs: {}, onlyIf })).toBe(false);
    });
  });

  it('returns snapshots that are frozen and do not follow later writes', async () => {
    const { id } = await start();
    await storage.setTrialAttr(id, 'user', 'list', [1]);
    await storage.setTrialParams(id, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
    const before = await read(0);
    await storage.setIntermediateValue(id, 1, 1);
    await storage.setTrialAttr(id, 'user', 'more', 1);
    await storage.finishTrial(id, 'COMPLETE', [1]);
    expect(before).toMatchObject({ state: 'RUNNING', values: null, userAttrs: { list: [1] }, completedAt: null });
    expect(before.intermediateValues.size).toBe(0);
    const after = await read(0);
    for (const part of [
      after,
      after.params,
      after.distributions,
      after.values,
      after.userAttrs,
      after.userAttrs.list,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
}
