import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { type Holder, heldLease, type Lease, leaseOf } from '../../storage/lease.ts';
import type { Storage, StudyRecord, TrialTemplate } from '../../storage/storage.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { type Metrics, metricsAt, metricsOf } from '../../trial/reported-metrics.ts';
import { beforeEach, describe, it } from '../check.ts';
import { expect } from '../expect.ts';
import { allTrials, expectError, HOLDER, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';
import { HOSTILE_NAMES, REFUSED_NAMES } from './study-contract.ts';

const NOT_RUNNING: readonly TrialTemplate[] = [
  { state: 'WAITING' },
  { state: 'COMPLETE', values: [1] },
  { state: 'PRUNED' },
  { state: 'FAIL' },
];

export function describeTrials({ open, largestStep = Number.MAX_SAFE_INTEGER }: StorageSetup): void {
  let storage: Storage;
  let study: StudyRecord;
  beforeEach(async () => {
    storage = await open();
    study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
  });
  const start = () => storage.createTrial(study, { state: 'RUNNING' });
  const read = (number: number) => trialOf(storage, study, number);

  it('numbers the trials of each study from 0', async () => {
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
    const numbers = [];
    for (const each of [study, other, study, study, other]) {
      numbers.push((await storage.createTrial(each, { state: 'RUNNING' })).number);
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
    const lease = leaseOf(study, await start());
    await storage.setTrialParams(lease, [
      { name: 'z', value: 0.25, distribution: float(0, 1) },
      { name: 'units', value: 64, distribution: categorical([32, 64, null, 'x', true]) },
    ]);
    await storage.setTrialParams(lease, [{ name: 'b', value: 3, distribution: int(1, 10, { log: true }) }]);
    await storage.setTrialParams(lease, [{ name: 'z', value: 1.5, distribution: float(0, 2) }]);
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
    const lease = leaseOf(study, await start());
    const fine = { name: 'fine', value: 1, distribution: int(0, 9) } as const;
    for (const param of [
      { name: 'x', value: 0.5, distribution: float(0.1, 1, { log: true }) },
      { name: 'x', value: 1, distribution: int(0, 1) },
      { name: 'c', value: 'a', distribution: categorical(['a', 'b', 'c']) },
      { name: 'c', value: 'a', distribution: categorical(['b', 'a']) },
    ]) {
      await expectError(storage.setTrialParams(lease, [fine, param]), 'HPO_STUDY_DIFFERS');
      await expectError(storage.createTrial(study, { state: 'WAITING', params: [fine, param] }), 'HPO_STUDY_DIFFERS');
    }
    const twice = [fine, { name: 'fine', value: 0.5, distribution: float(0, 1) }];
    await expectError(storage.setTrialParams(lease, twice), 'HPO_STUDY_DIFFERS');
    expect((await allTrials(storage, study)).map(({ params }) => params)).toEqual([{ x: 0.5, c: 'a' }, {}]);

    await storage.setTrialParams(lease, [
      { name: 'x', value: 5, distribution: float(-9, 9, { step: 0.5 }) },
      { name: 'fine', value: 0.5, distribution: float(0, 1) }, // nothing of the refused calls is remembered
    ]);
    expect((await read(1)).params).toEqual({ x: 5, fine: 0.5 });
  });

  it('takes the first report of a step', async () => {
    const lease = leaseOf(study, await start());
    const reports: readonly [number, number][] = [
      [10, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
      [2, Number.NEGATIVE_INFINITY],
      [7, 0.1],
    ];
    for (const [step, value] of reports) expect(await storage.setIntermediateValue(lease, step, value)).toBe(true);
    for (const [step] of reports) expect(await storage.setIntermediateValue(lease, step, 3)).toBe(false);
    expect([...(await read(0)).intermediateValues]).toEqual([
      [0, Number.POSITIVE_INFINITY],
      [2, Number.NEGATIVE_INFINITY],
      [7, 0.1],
      [10, Number.NaN],
    ]);
    for (const step of [-1, 0.5, Number.NaN, 2 ** 53]) {
      await expectError(storage.setIntermediateValue(lease, step, 1), 'HPO_INVALID_ARGUMENT');
    }
  });

  it('keeps the metrics of first reports, however many steps there are, until the reports are dropped', async () => {
    const lease = leaseOf(study, await start());
    const steps = [0, 1, 63, 64, 1000, largestStep];
    const hostile = HOSTILE_NAMES.map((name) => [name, Number.NaN] as const);
    const metrics = (step: number): Metrics => ({ accuracy: step / 2, ...Object.fromEntries(hostile) });
    for (const step of steps) await storage.setIntermediateValue(lease, step, step, metrics(step));
    await storage.setIntermediateValue(lease, 2, 2);
    await storage.setIntermediateValue(lease, 3, 3, {});
    expect(await storage.setIntermediateValue(lease, 1, 9, { accuracy: 9 })).toBe(false);
    expect([...metricsOf(await read(0))]).toEqual(steps.map((step) => [step, metrics(step)]));
    const reported = await read(0);
    expect([63, 2].map((step) => metricsAt(reported, step))).toEqual([metrics(63), undefined]);
    for (const wrong of [{ a: '1' }, { a: undefined }, { value: 1 }, { step: 1 }, { '': 1 }, [1], 7, null]) {
      await expectError(storage.setIntermediateValue(lease, 5, 1, wrong as unknown as Metrics), 'HPO_INVALID_ARGUMENT');
    }
    expect((await read(0)).intermediateValues.has(5)).toBe(false);
    await storage.setTrialAttrs(lease, 'system', { kept: 1 });
    await storage.requeueTrial(lease, { keepReportsTo: 63 });
    const requeued = await read(0);
    expect([...metricsOf(requeued).keys()]).toEqual([0, 1, 63]);
    expect(metricsAt(requeued, 64)).toBeUndefined();
    const again = leaseOf(study, (await storage.startTrial(study, { holder: null })) as FrozenTrial);
    expect(await storage.setIntermediateValue(again, 64, 1, { accuracy: 7 })).toBe(true);
    expect(metricsAt(await read(0), 64)).toEqual({ accuracy: 7 });
    await storage.requeueTrial(again, { keepReportsTo: null });
    expect((await read(0)).systemAttrs).toEqual({ kept: 1, 'hpo:attempt': 3 });
  });

  it.each(HOSTILE_NAMES)('keeps attributes and parameters of the name %j', async (name) => {
    const lease = leaseOf(study, await start());
    await storage.setTrialAttrs(lease, 'user', { [name]: 'first' });
    await storage.setTrialAttrs(lease, 'user', { [name]: { [name]: [name] } });
    await storage.setTrialParams(lease, [{ name, value: name, distribution: categorical([name, 'other']) }]);
    const trial = await read(0);
    expect(Object.keys(trial.userAttrs)).toEqual([name]);
    expect(Object.entries(trial.userAttrs[name] as object)).toEqual([[name, [name]]]);
    expect(Object.entries(trial.params)).toEqual([[name, name]]);
    expect(trial.systemAttrs).toEqual({});
  });

  it('finishes a trial with everything at once', async () => {
    const both = await storage.createStudy({ name: 'two', directions: ['minimize', 'maximize'] });
    const lease = leaseOf(both, await storage.createTrial(both, { state: 'RUNNING' }));
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    await expectError(storage.finishTrial(lease, 'COMPLETE', [1]), 'HPO_INVALID_ARGUMENT');
    await expectError(storage.finishTrial(lease, 'COMPLETE', [1, Number.NaN], { k: 1 }), 'HPO_INVALID_ARGUMENT');
    await expectError(storage.finishTrial(lease, 'COMPLETE', null), 'HPO_INVALID_ARGUMENT');
    expect(await trialOf(storage, both, 0)).toMatchObject({ state: 'RUNNING', values: null, systemAttrs: {} });
    await storage.finishTrial(lease, 'COMPLETE', [low, high], { k: 1 });
    const trial = await trialOf(storage, both, 0);
    expect(trial).toMatchObject({ state: 'COMPLETE', values: [low, high], systemAttrs: { k: 1 } });
    expect(trial.completedAt).toBeInstanceOf(Date);
  });

  it('finishes without values', async () => {
    await storage.finishTrial(leaseOf(study, await start()), 'FAIL', null, { 'hpo:failure': 'out of memory' });
    await storage.finishTrial(leaseOf(study, await start()), 'PRUNED', null);
    await storage.finishTrial(leaseOf(study, await start()), 'PRUNED', [0.5]);
    expect((await allTrials(storage, study)).map(({ state, values }) => [state, values])).toEqual([
      ['FAIL', null],
      ['PRUNED', null],
      ['PRUNED', [0.5]],
    ]);
  });

  it.each(NOT_RUNNING)('refuses writes to a trial that is $state', async (template) => {
    const before = await storage.createTrial(study, template);
    const lease = leaseOf(study, before);
    for (const write of [
      () => storage.setTrialParams(lease, [{ name: 'x', value: 1, distribution: float(0, 1) }]),
      () => storage.setIntermediateValue(lease, 1, 1),
      () => storage.setTrialAttrs(lease, 'user', { k: 1 }),
      () => storage.finishTrial(lease, 'COMPLETE', [2]),
      () => storage.finishTrial(lease, 'FAIL', null, { k: 1 }),
      () => storage.requeueTrial(lease, { keepReportsTo: null, systemAttrs: { k: 1 } }),
    ]) {
      await expectError(write(), 'HPO_TRIAL_STATE');
    }
    expect(await storage.renew([lease])).toEqual([lease]);
    expect(await read(0)).toEqual(before);
  });

  it('refuses trials that the study does not have', async () => {
    const other = await storage.createStudy({ name: 'other', directions: ['minimize'] });
    const elsewhere = await storage.createTrial(other, { state: 'RUNNING' });
    for (const trialId of [elsewhere.id + 7, elsewhere.id]) {
      const lease = { study, trialId, holder: null, attempt: 1 };
      for (const write of [
        () => storage.setTrialParams(lease, []),
        () => storage.setIntermediateValue(lease, 1, 1),
        () => storage.setTrialAttrs(lease, 'user', { k: 1 }),
        () => storage.finishTrial(lease, 'FAIL', null),
        () => storage.requeueTrial(lease, { keepReportsTo: null }),
      ]) {
        await expectError(write(), 'HPO_INVALID_ARGUMENT');
      }
      expect(await storage.renew([lease])).toEqual([lease]);
    }
  });

  it('starts the WAITING trial with the smallest number, else a new one', async () => {
    await start();
    for (const x of [1, 2]) {
      await storage.createTrial(study, { state: 'WAITING', systemAttrs: { fixed_params: { x } } });
    }
    const started = await storage.startTrial(study, { holder: HOLDER, systemAttrs: { why: 'asked' } });
    expect(started).toMatchObject({
      number: 1,
      state: 'RUNNING',
      systemAttrs: { fixed_params: { x: 1 }, 'hpo:lease': { holder: HOLDER.id, attempt: 1, counter: 0 } },
    });
    expect(started?.systemAttrs).not.toHaveProperty('why');
    expect(started?.startedAt).toBeInstanceOf(Date);
    expect(await read(1)).toEqual(started);
    expect((await storage.startTrial(study, { holder: null }))?.number).toBe(2);
    const fresh = await storage.startTrial(study, { holder: HOLDER, systemAttrs: { k: 1 } });
    expect(fresh).toMatchObject({ number: 3, state: 'RUNNING', systemAttrs: { k: 1, 'hpo:lease': { attempt: 1 } } });
    expect(await read(3)).toEqual(fresh);
    await storage.requeueTrial(leaseOf(study, started as FrozenTrial), { keepReportsTo: null });
    await storage.createTrial(study, { state: 'WAITING' });
    expect(await storage.startTrial(study, { holder: HOLDER })).toMatchObject({
      number: 1,
      systemAttrs: { 'hpo:lease': { holder: HOLDER.id, attempt: 2 }, 'hpo:attempt': 2 },
    });
  });

  it('starts the WAITING trial that is asked for, or none', async () => {
    const [first, second] = [await storage.createTrial(study, { state: 'WAITING' }), await start()];
    const wanted = await storage.createTrial(study, { state: 'WAITING' });
    const ask = (trialId: number, more = {}) => storage.startTrial(study, { holder: null, trialId, ...more });
    expect(await ask(wanted.id, { atMost: 0 })).toBeUndefined();
    expect(await ask(wanted.id)).toMatchObject({ number: 2, state: 'RUNNING' });
    for (const id of [wanted.id, second.id, wanted.id + 9]) expect(await ask(id)).toBeUndefined();
    expect(await ask(first.id)).toMatchObject({ number: 0, state: 'RUNNING' });
    expect(await allTrials(storage, study)).toHaveLength(3);
  });

  it('leaves waiting trials aside on request', async () => {
    const waiting = [];
    for (let n = 0; n < 3; n++) waiting.push(await storage.createTrial(study, { state: 'WAITING' }));
    const except = [waiting[0]?.id as number, waiting[2]?.id as number];
    const next = async (newBelow = Number.POSITIVE_INFINITY) =>
      (await storage.startTrial(study, { holder: HOLDER, except, newBelow }))?.number;
    expect([await next(0), await next(0), await next()]).toEqual([1, undefined, 3]);
    expect((await storage.startTrial(study, { holder: HOLDER }))?.number).toBe(0);
  });

  it('starts none beyond those that are finished or held', async () => {
    const next = async (atMost: number) => (await storage.startTrial(study, { holder: HOLDER, atMost }))?.number;
    expect(await next(1)).toBe(0);
    expect(await next(1)).toBeUndefined();
    await start(); // a trial of Optuna or `hpo ask`, which may never end
    expect(await next(1)).toBeUndefined();
    expect(await next(2)).toBe(2);
    await storage.finishTrial(leaseOf(study, await read(0)), 'FAIL', null);
    expect(await next(2)).toBeUndefined();
    await storage.requeueTrial(leaseOf(study, await read(2)), { keepReportsTo: null });
    expect(await next(1)).toBeUndefined();
    expect(await next(2)).toBe(2);
    await storage.createTrial(study, { state: 'WAITING' });
    expect(await next(2)).toBeUndefined();
    expect(await next(3)).toBe(3);
    expect(await storage.counts(study)).toMatchObject({ RUNNING: 3, FAIL: 1, WAITING: 0 });
  });

  it('makes none beyond a number, and starts those that wait', async () => {
    const next = async (newBelow: number) => (await storage.startTrial(study, { holder: HOLDER, newBelow }))?.number;
    expect([await next(0), await next(2), await next(2), await next(2)]).toEqual([undefined, 0, 1, undefined]);
    await storage.finishTrial(leaseOf(study, await read(0)), 'FAIL', null);
    expect(await next(2)).toBeUndefined();
    await storage.createTrial(study, { state: 'WAITING' });
    expect([await next(2), await next(3), await next(4)]).toEqual([2, undefined, 3]);
  });

  it('adds a trial only after the expected number of trials', async () => {
    expect((await storage.createTrialAfter(study, 0, { state: 'WAITING' }))?.number).toBe(0);
    expect(await storage.createTrialAfter(study, 0, { state: 'WAITING' })).toBeUndefined();
    expect(await storage.createTrialAfter(study, 2, { state: 'WAITING' })).toBeUndefined();
    expect((await storage.createTrialAfter(study, 1, { state: 'WAITING' }))?.number).toBe(1);
    expect(await allTrials(storage, study)).toHaveLength(2);
  });

  it('stores attributes with the parameters they came with', async () => {
    const lease = leaseOf(study, await start());
    await storage.setTrialParams(lease, [{ name: 'x', value: 1, distribution: float(0, 1) }], { generation: 3 });
    expect(await read(0)).toMatchObject({ params: { x: 1 }, systemAttrs: { generation: 3 } });
    const bad = [{ name: 'x', value: 1, distribution: int(0, 1) }];
    await expectError(storage.setTrialParams(lease, bad, { generation: 4 }), 'HPO_STUDY_DIFFERS');
    expect((await read(0)).systemAttrs).toEqual({ generation: 3 });
  });

  describe('a lease', () => {
    const startHeld = async (holder: Holder = HOLDER) => (await storage.startTrial(study, { holder })) as FrozenTrial;

    it('is needed for every write, and useless in another attempt', async () => {
      const first = leaseOf(study, await startHeld());
      const other = { ...HOLDER, id: 'two' };
      const wrong: readonly Lease[] = [
        { ...first, holder: 'two' },
        { ...first, holder: null },
        { ...first, attempt: 2 },
        { ...first, counter: 1 },
      ];
      await storage.requeueTrial(first, { keepReportsTo: null });
      const second = leaseOf(study, await startHeld(other));
      expect(second).toEqual({ ...first, holder: 'two', attempt: 2 });
      const before = await read(0);
      for (const lease of [first, ...wrong]) {
        for (const write of [
          () => storage.setTrialParams(lease, [{ name: 'x', value: 1, distribution: float(0, 1) }]),
          () => storage.setIntermediateValue(lease, 1, 1),
          () => storage.setTrialAttrs(lease, 'user', { k: 1 }),
          () => storage.finishTrial(lease, 'COMPLETE', [2]),
          () => storage.requeueTrial(lease, { keepReportsTo: null }),
        ]) {
          await expectError(write(), 'HPO_LEASE_LOST');
        }
      }
      expect(await read(0)).toEqual(before);
      await storage.finishTrial(second, 'COMPLETE', [2]);
      await expectError(storage.finishTrial(second, 'COMPLETE', [3]), 'HPO_TRIAL_STATE');
      await expectError(storage.finishTrial(first, 'COMPLETE', [3]), 'HPO_LEASE_LOST');
      expect((await read(0)).values).toEqual([2]);
    });

    it('is renewed by a counter, and taken over only by its last value', async () => {
      const lease = leaseOf(study, await startHeld());
      const counter = async () => heldLease((await read(0)).systemAttrs)?.counter;
      expect(await counter()).toBe(0);
      expect(await storage.renew([lease])).toEqual([]);
      expect(await storage.renew([lease])).toEqual([]);
      expect(await counter()).toBe(2);
      await expectError(storage.requeueTrial({ ...lease, counter: 1 }, { keepReportsTo: null }), 'HPO_LEASE_LOST');
      await expectError(storage.finishTrial({ ...lease, counter: 1 }, 'FAIL', null), 'HPO_LEASE_LOST');
      await storage.requeueTrial({ ...lease, counter: 2 }, { keepReportsTo: null });
      expect(await storage.renew([lease])).toEqual([lease]);
      expect(await read(0)).toMatchObject({ state: 'WAITING', systemAttrs: { 'hpo:attempt': 2 } });
      expect((await read(0)).systemAttrs).not.toHaveProperty('hpo:lease');
    });

    it('is seen by observers while its trial runs', async () => {
      expect(await storage.leases(study)).toEqual([]);
      const [first, second] = [
        leaseOf(study, await startHeld()),
        leaseOf(study, await startHeld({ ...HOLDER, id: 'two' })),
      ];
      await start(); // under no lease
      await storage.renew([second]);
      expect(await storage.leases(study)).toEqual([
        { holder: HOLDER.id, attempt: 1, counter: 0, graceMs: HOLDER.graceMs, process: HOLDER.process },
        { holder: 'two', attempt: 1, counter: 1, graceMs: HOLDER.graceMs, process: HOLDER.process },
      ]);
      await storage.finishTrial(first, 'FAIL', null);
      expect((await storage.leases(study)).map(({ holder }) => holder)).toEqual(['two']);
      await storage.requeueTrial(second, { keepReportsTo: null });
      expect(await storage.leases(study)).toEqual([]);
    });

    it('is lost with the trial, however that ends', async () => {
      const [gone, kept, done] = [
        leaseOf(study, await startHeld()),
        leaseOf(study, await startHeld()),
        leaseOf(study, await startHeld()),
      ];
      await storage.requeueTrial(gone, { keepReportsTo: null });
      await storage.finishTrial(done, 'FAIL', null);
      expect(await storage.renew([gone, kept, done])).toEqual([gone, done]);
      await storage.deleteStudy(study);
      expect(await storage.renew([gone, kept, done])).toEqual([gone, kept, done]);
      expect(await storage.renew([])).toEqual([]);
    });
  });

  describe('requeueTrial', () => {
    const prepare = async () => {
      const trial = await storage.createTrial(study, {
        state: 'RUNNING',
        params: [{ name: 'x', value: 0.5, distribution: float(0, 1) }],
        intermediateValues: new Map([
          [1, 0.1],
          [2, Number.NaN],
          [3, 0.3],
        ]),
        userAttrs: { kept: true },
        systemAttrs: { note: 'old', more: 1 },
      });
      return leaseOf(study, trial);
    };

    it('puts the trial back with its parameters, and drops the reports after the checkpoint', async () => {
      const systemAttrs = { note: null, more: 2, nobody: null };
      await storage.requeueTrial(await prepare(), { keepReportsTo: 2, systemAttrs });
      const trial = await read(0);
      expect(trial).toMatchObject({ number: 0, state: 'WAITING', params: { x: 0.5 }, startedAt: null, values: null });
      expect([...trial.intermediateValues]).toEqual([
        [1, 0.1],
        [2, Number.NaN],
      ]);
      expect(trial.systemAttrs).toEqual({ more: 2, 'hpo:attempt': 2 });
      expect(trial.userAttrs).toEqual({ kept: true });
    });

    it('drops all reports without a checkpoint', async () => {
      await storage.requeueTrial(await prepare(), { keepReportsTo: null });
      expect((await read(0)).intermediateValues.size).toBe(0);
    });
  });

  it('returns snapshots that are frozen and do not follow later writes', async () => {
    const lease = leaseOf(study, await start());
    await storage.setTrialAttrs(lease, 'user', { list: [1] });
    await storage.setTrialParams(lease, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
    const before = await read(0);
    await storage.setIntermediateValue(lease, 1, 1);
    await storage.setTrialAttrs(lease, 'user', { more: 1 });
    await storage.finishTrial(lease, 'COMPLETE', [1]);
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
