import type { JsonValue } from '../../base/json.ts';
import { float } from '../../space/float-distribution.ts';
import { leaseOf } from '../../storage/lease.ts';
import type { Storage } from '../../storage/storage.ts';
import { TOKEN_KEY } from '../../storage/study-ref.ts';
import { beforeEach, it } from '../check.ts';
import { expect } from '../expect.ts';
import { allTrials, expectError, HOLDER } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

/** Names that break careless SQL, JSON or length checks. */
export const HOSTILE_NAMES: readonly string[] = [
  `it's "quoted"; DROP TABLE studies; --`,
  '🎉 épreuve № 1 — 試験',
  '%_\\ \t\n',
  '__proto__',
  'constructor',
  '0',
  'x'.repeat(512),
  '🎉'.repeat(512),
];

/** Names that every storage refuses. */
export const REFUSED_NAMES: readonly string[] = ['', 'x'.repeat(513), '🎉'.repeat(513), 'nul\0', 'half \ud83c'];

export function describeStudies({ open }: StorageSetup): void {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });

  it('gives a study back as it was given', async () => {
    const study = await storage.createStudy({
      name: 'a',
      directions: ['maximize', 'minimize'],
      userAttrs: { note: 'hello', list: [1, { deep: null }] },
      systemAttrs: { 'hpo:seed': 20 },
    });
    expect(study).toEqual({
      id: study.id,
      name: 'a',
      token: expect.stringMatching(/^.{20,}$/),
      directions: ['maximize', 'minimize'],
      userAttrs: { note: 'hello', list: [1, { deep: null }] },
      systemAttrs: { 'hpo:seed': 20, 'hpo:token': study.token },
    });
    expect(await storage.findStudy('a')).toEqual(study);
    expect(await storage.findStudy('A')).toBeUndefined();
    expect(await storage.findStudy('nobody')).toBeUndefined();
  });

  it('lists studies in the order of their creation', async () => {
    expect(await storage.listStudies()).toEqual([]);
    for (const name of ['c', 'a', 'b']) await storage.createStudy({ name, directions: ['minimize'] });
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('refuses a name that is taken', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    await expectError(storage.createStudy({ name: 'a', directions: ['maximize'] }), 'HPO_STUDY_EXISTS');
    expect(await storage.listStudies()).toEqual([study]);
  });

  it.each(HOSTILE_NAMES)('keeps the name %j', async (name) => {
    const study = await storage.createStudy({ name, directions: ['minimize'], userAttrs: { [name]: name } });
    expect(await storage.setStudyAttr(study, 'system', name, name)).toBe(name);
    const found = await storage.findStudy(name);
    expect(found?.name).toBe(name);
    expect(Object.entries(found?.userAttrs ?? {})).toEqual([[name, name]]);
    expect(Object.entries(found?.systemAttrs ?? {}).filter(([key]) => key !== TOKEN_KEY)).toEqual([[name, name]]);
  });

  it.each(REFUSED_NAMES)('refuses the name %j', async (name) => {
    await expectError(storage.createStudy({ name, directions: ['minimize'] }), 'HPO_INVALID_ARGUMENT');
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    await expectError(storage.setStudyAttr(study, 'user', name, 1), 'HPO_INVALID_ARGUMENT');
    expect(await storage.listStudies()).toHaveLength(1);
  });

  it('refuses unknown directions', async () => {
    await expectError(storage.createStudy({ name: 'a', directions: [] }), 'HPO_INVALID_ARGUMENT');
    const directions = ['sideways'] as unknown as ['minimize'];
    await expectError(storage.createStudy({ name: 'a', directions }), 'HPO_INVALID_ARGUMENT');
    expect(await storage.listStudies()).toEqual([]);
  });

  it('replaces attributes, each scope by itself', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { k: 1 } });
    await storage.setStudyAttr(study, 'system', 'k', 2);
    await storage.setStudyAttr(study, 'user', 'k', [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      null,
    ]);
    const found = await storage.findStudy('a');
    expect(found?.userAttrs).toEqual({
      k: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null],
    });
    expect(found?.systemAttrs).toEqual({ 'hpo:token': study.token, k: 2 });
  });

  it('refuses attributes that JSON cannot hold', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    for (const value of [1n, () => 1, Symbol('s')] as unknown as null[]) {
      await expectError(storage.setStudyAttr(study, 'user', 'k', value), 'HPO_INVALID_ARGUMENT');
    }
    expect((await storage.findStudy('a'))?.userAttrs).toEqual({});
  });

  it('returns snapshots that are frozen', async () => {
    const list = ['given'];
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { list } });
    list.push('later');
    await storage.setStudyAttr(study, 'user', 'more', 1);
    expect(study.userAttrs).toEqual({ list: ['given'] });
    for (const part of [study, study.directions, study.userAttrs, study.userAttrs.list, study.systemAttrs]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('renames a study, which stays the same one', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { k: 1 } });
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
    const trial = await storage.createTrial(study, { state: 'WAITING' });
    for (const name of HOSTILE_NAMES) {
      expect(await storage.renameStudy(study, name)).toEqual({ ...study, name });
      expect(await storage.findStudy(name)).toEqual({ ...study, name });
    }
    expect(await storage.renameStudy(study, 'c')).toEqual({ ...study, name: 'c' });
    expect(await storage.renameStudy(study, 'c')).toEqual({ ...study, name: 'c' });
    expect(await storage.findStudy('a')).toBeUndefined();
    expect(await storage.listStudies()).toEqual([{ ...study, name: 'c' }, other]);
    expect(await allTrials(storage, study)).toEqual([trial]);
    await expectError(storage.renameStudy(study, 'b'), 'HPO_STUDY_EXISTS');
    for (const name of REFUSED_NAMES) await expectError(storage.renameStudy(study, name), 'HPO_INVALID_ARGUMENT');
    expect((await storage.findStudy('c'))?.id).toBe(study.id);
  });

  it('erases a trial, except for its number and its times', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    const full = {
      params: [{ name: 'x', value: 0.5, distribution: float(0, 1) }],
      intermediateValues: new Map([[1, 1]]),
      userAttrs: { k: 1 },
      systemAttrs: { s: 1 },
    };
    const [startedAt, completedAt] = [new Date('2026-01-02T03:04:05.678Z'), new Date('2026-01-02T04:05:06.789Z')];
    const ended = { ...full, state: 'COMPLETE', startedAt, completedAt } as const;
    const first = await storage.createTrial(study, { ...ended, values: [1] });
    const second = await storage.createTrial(study, { ...ended, values: [2] });
    await storage.createTrial(study, { ...full, state: 'WAITING' });
    const running = await storage.createTrial(study, { ...full, state: 'RUNNING' });
    const { cursor } = await storage.changesSince(study);
    const erased = await storage.eraseTrial(study, 0, { why: 'bad' });
    expect(erased).toEqual({
      ...first,
      state: 'FAIL',
      values: null,
      params: {},
      distributions: {},
      intermediateValues: new Map(),
      userAttrs: {},
      systemAttrs: { why: 'bad' },
    });
    for (const number of [2, 3]) {
      expect(await storage.eraseTrial(study, number)).toMatchObject({
        number,
        state: 'FAIL',
        systemAttrs: {},
        startedAt: expect.any(Date),
        completedAt: expect.any(Date),
      });
    }
    const now = await allTrials(storage, study);
    expect(now.slice(0, 2)).toEqual([erased, second]);
    expect(now.map(({ state }) => state)).toEqual(['FAIL', 'COMPLETE', 'FAIL', 'FAIL']);
    expect((await storage.changesSince(study, cursor)).trials.map(({ number }) => number)).toEqual([2, 3]);
    expect(await storage.bestTrials(study, 5)).toEqual([second]);
    await expectError(storage.setIntermediateValue(leaseOf(study, running), 2, 1), 'HPO_TRIAL_STATE');
    await expectError(storage.eraseTrial(study, 4), 'HPO_INVALID_ARGUMENT');
    expect((await storage.createTrial(study, { ...full, state: 'WAITING' })).number).toBe(4);
    expect((await storage.startTrial(study, { holder: HOLDER }))?.number).toBe(4);
  });

  it('deletes a study with all that belongs to it, and nothing else', async () => {
    const create = async (name: string) => {
      const study = await storage.createStudy({ name, directions: ['minimize'], userAttrs: { k: 1 } });
      await storage.createTrial(study, {
        state: 'COMPLETE',
        values: [1],
        userAttrs: { k: 1 },
        intermediateValues: new Map([[1, 1]]),
      });
      return study;
    };
    const [first, second, third] = [await create('a'), await create('b'), await create('c')];
    const lease = leaseOf(third, await storage.createTrial(third, { state: 'RUNNING' }));
    await storage.deleteStudy(second);
    await storage.deleteStudy(third);
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['a']);
    expect(await allTrials(storage, first)).toHaveLength(1);
    await expectError(storage.setIntermediateValue(lease, 1, 1), 'HPO_STUDY_NOT_FOUND');

    const again = await storage.createStudy({ name: 'c', directions: ['minimize'] });
    expect(again.userAttrs).toEqual({});
    expect(await allTrials(storage, again)).toEqual([]);
    expect((await storage.createTrial(again, { state: 'WAITING' })).number).toBe(0);
    expect((await storage.startTrial(again, { holder: null }))?.number).toBe(0);
  });

  it('refuses studies that are gone, even if a later one has their name', async () => {
    const gone = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    await storage.createTrial(gone, { state: 'WAITING' });
    await storage.deleteStudy(gone);
    const refused = async () => {
      for (const call of [
        () => storage.deleteStudy(gone),
        () => storage.renameStudy(gone, 'z'),
        () => storage.eraseTrial(gone, 0),
        () => storage.setStudyAttr(gone, 'user', 'k', 1),
        () => storage.createTrial(gone, { state: 'RUNNING' }),
        () => storage.createTrialAfter(gone, 1, { state: 'RUNNING' }),
        () => storage.startTrial(gone, { holder: HOLDER }),
        () => storage.startTrial(gone, { holder: HOLDER, atMost: 5 }),
        () => storage.changesSince(gone),
        () => storage.counts(gone),
        () => storage.leases(gone),
        () => storage.bestTrials(gone, 1),
        () => storage.trial(gone, 0),
        () => storage.page(gone, { limit: 1 }),
        () => storage.inventory(gone),
        () => storage.results(gone),
      ]) {
        await expectError(call(), 'HPO_STUDY_NOT_FOUND');
      }
    };
    await refused();
    const later = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    await storage.createTrial(later, { state: 'WAITING' });
    await refused();
    await storage.setStudyAttr(later, 'user', 'k', 2);
    await refused();
    expect((await storage.findStudy('a'))?.userAttrs).toEqual({ k: 2 });
    expect((await allTrials(storage, later)).map(({ state }) => state)).toEqual(['WAITING']);
  });

  it('makes a study once, and loads it on request', async () => {
    const template = { name: 'a', directions: ['minimize'], userAttrs: { by: 'first' } } as const;
    const [one, two] = await Promise.all([
      storage.createStudy(template, 'load'),
      storage.createStudy({ ...template, userAttrs: { by: 'second' } }, 'load'),
    ]);
    expect(two).toEqual(one);
    expect(['first', 'second']).toContain(one.userAttrs.by);
    await expectError(storage.createStudy(template, 'fail'), 'HPO_STUDY_EXISTS');
  });

  it('sets an attribute only where it has the expected value', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    const set = (value: JsonValue | undefined, expected: JsonValue | undefined) =>
      storage.setStudyAttr(study, 'system', 'right', value, { expected });
    expect(await set({ of: 'one' }, undefined)).toEqual({ of: 'one' });
    expect(await set({ of: 'two' }, undefined)).toEqual({ of: 'one' });
    expect(await set({ of: 'two' }, null)).toEqual({ of: 'one' });
    expect(await set({ of: 'two' }, { of: 'one', more: 1 })).toEqual({ of: 'one' });
    expect(await set({ of: 'two' }, { of: 'one' })).toEqual({ of: 'two' });
    expect(await set(undefined, { of: 'one' })).toEqual({ of: 'two' });
    expect(await set(undefined, { of: 'two' })).toBeUndefined();
    expect((await storage.findStudy('a'))?.systemAttrs).toEqual({ 'hpo:token': study.token });
    expect(await storage.setStudyAttr(study, 'system', 'right', undefined)).toBeUndefined();
  });

  it('counts trials by their state, and finds the best', async () => {
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    const complete = (value: number, systemAttrs = {}) =>
      storage.createTrial(study, { state: 'COMPLETE', values: [value], systemAttrs });
    for (const state of ['WAITING', 'RUNNING', 'PRUNED', 'FAIL', 'FAIL'] as const) {
      await storage.createTrial(study, { state });
    }
    expect(await storage.bestTrials(study, 3)).toEqual([]);
    await storage.createTrial(study, { state: 'PRUNED', values: [-9] });
    await complete(3);
    await complete(Number.POSITIVE_INFINITY);
    await complete(1);
    await complete(Number.NEGATIVE_INFINITY, { 'constraints:c': 1 });
    await complete(1);
    expect(await storage.counts(study)).toEqual({ WAITING: 1, RUNNING: 1, COMPLETE: 5, PRUNED: 2, FAIL: 2 });
    const numbers = async (n: number) => (await storage.bestTrials(study, n)).map(({ number }) => number);
    expect(await numbers(1)).toEqual([8]);
    expect(await numbers(3)).toEqual([8, 10, 6]);
    expect(await numbers(99)).toEqual([8, 10, 6, 7]);
    await complete(Number.NEGATIVE_INFINITY);
    expect(await numbers(2)).toEqual([11, 8]);

    const up = await storage.createStudy({ name: 'up', directions: ['maximize'] });
    for (const value of [1, Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY, 2]) {
      await storage.createTrial(up, { state: 'COMPLETE', values: [value] });
    }
    expect((await storage.bestTrials(up, 9)).map(({ number }) => number)).toEqual([3, 2, 4, 0, 1]);

    const both = await storage.createStudy({ name: 'both', directions: ['minimize', 'maximize'] });
    for (const values of [
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0],
    ])
      await storage.createTrial(both, { state: 'COMPLETE', values });
    expect((await storage.bestTrials(both, 2)).map(({ number }) => number)).toEqual([0, 1]);
    expect((await storage.bestTrials(both, 9)).map(({ number }) => number)).toEqual([0, 1, 3]);
  });

  it('refuses everything after it was closed, and closes twice', async () => {
    await storage.close();
    await storage.close();
    await expectError(storage.listStudies(), 'HPO_STORAGE');
    await expectError(storage.createStudy({ name: 'a', directions: ['minimize'] }), 'HPO_STORAGE');
  });
}
