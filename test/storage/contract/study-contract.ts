import { beforeEach, expect, it } from 'vitest';
import type { Storage } from '../../../src/storage/storage.ts';
import { allTrials, expectError } from './expectations.ts';
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

/** Names that no storage takes. */
export const REFUSED_NAMES: readonly string[] = ['', 'x'.repeat(513), '🎉'.repeat(513), 'nul\0', 'half \ud83c'];

export function describeStudies({ open }: StorageSetup): void {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });

  it('gives back what it was given', async () => {
    const study = await storage.createStudy({
      name: 'a',
      directions: ['maximize', 'minimize'],
      userAttrs: { note: 'hello', list: [1, { deep: null }] },
      systemAttrs: { 'hpo:seed': 20 },
    });
    expect(study).toEqual({
      id: study.id,
      name: 'a',
      directions: ['maximize', 'minimize'],
      userAttrs: { note: 'hello', list: [1, { deep: null }] },
      systemAttrs: { 'hpo:seed': 20 },
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
    await storage.setStudyAttr(study.id, 'system', name, name);
    const found = await storage.findStudy(name);
    expect(found?.name).toBe(name);
    expect(Object.entries(found?.userAttrs ?? {})).toEqual([[name, name]]);
    expect(Object.entries(found?.systemAttrs ?? {})).toEqual([[name, name]]);
  });

  it.each(REFUSED_NAMES)('refuses the name %j', async (name) => {
    await expectError(storage.createStudy({ name, directions: ['minimize'] }), 'HPO_INVALID_ARGUMENT');
    const { id } = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    await expectError(storage.setStudyAttr(id, 'user', name, 1), 'HPO_INVALID_ARGUMENT');
    expect(await storage.listStudies()).toHaveLength(1);
  });

  it('refuses directions that are none', async () => {
    await expectError(storage.createStudy({ name: 'a', directions: [] }), 'HPO_INVALID_ARGUMENT');
    const directions = ['sideways'] as unknown as ['minimize'];
    await expectError(storage.createStudy({ name: 'a', directions }), 'HPO_INVALID_ARGUMENT');
    expect(await storage.listStudies()).toEqual([]);
  });

  it('replaces attributes, each scope by itself', async () => {
    const { id } = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { k: 1 } });
    await storage.setStudyAttr(id, 'system', 'k', 2);
    await storage.setStudyAttr(id, 'user', 'k', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null]);
    const study = await storage.findStudy('a');
    expect(study?.userAttrs).toEqual({
      k: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null],
    });
    expect(study?.systemAttrs).toEqual({ k: 2 });
  });

  it('refuses attributes that JSON cannot hold', async () => {
    const { id } = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    for (const value of [undefined, 1n, () => 1, Symbol('s')] as unknown as null[]) {
      await expectError(storage.setStudyAttr(id, 'user', 'k', value), 'HPO_INVALID_ARGUMENT');
    }
    expect((await storage.findStudy('a'))?.userAttrs).toEqual({});
  });

  it('returns snapshots that are frozen', async () => {
    const list = ['given'];
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { list } });
    list.push('later');
    await storage.setStudyAttr(study.id, 'user', 'more', 1);
    expect(study.userAttrs).toEqual({ list: ['given'] });
    for (const part of [study, study.directions, study.userAttrs, study.userAttrs.list, study.systemAttrs]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('deletes a study with all that belongs to it, and nothing else', async () => {
    const create = async (name: string) => {
      const { id } = await storage.createStudy({ name, directions: ['minimize'], userAttrs: { k: 1 } });
      await storage.createTrial(id, {
        state: 'COMPLETE',
        values: [1],
        userAttrs: { k: 1 },
        intermediateValues: new Map([[1, 1]]),
      });
      return id;
    };
    const [first, second, third] = [await create('a'), await create('b'), await create('c')];
    const trial = await storage.createTrial(third, { state: 'RUNNING' });
    await storage.deleteStudy(second);
    await storage.deleteStudy(third);
    expect((await storage.listStudies()).map(({ name }) => name)).toEqual(['a']);
    expect(await allTrials(storage, first)).toHaveLength(1);
    await expectError(storage.setIntermediateValue(trial.id, 1, 1), 'HPO_INVALID_ARGUMENT');

    const again = await storage.createStudy({ name: 'c', directions: ['minimize'] });
    expect(again.userAttrs).toEqual({});
    expect(await allTrials(storage, again.id)).toEqual([]);
    expect((await storage.createTrial(again.id, { state: 'WAITING' })).number).toBe(0);
    expect((await storage.claimWaitingTrial(again.id, {}))?.number).toBe(0);
  });

  it('refuses ids that are not there', async () => {
    for (const promise of [
      storage.deleteStudy(7),
      storage.setStudyAttr(7, 'user', 'k', 1),
      storage.createTrial(7, { state: 'RUNNING' }),
      storage.claimWaitingTrial(7, {}),
      storage.changesSince(7),
    ]) {
      await expectError(promise, 'HPO_INVALID_ARGUMENT');
    }
  });

  it('refuses everything after it was closed, and closes twice', async () => {
    await storage.close();
    await storage.close();
    await expectError(storage.listStudies(), 'HPO_STORAGE');
    await expectError(storage.createStudy({ name: 'a', directions: ['minimize'] }), 'HPO_STORAGE');
  });
}
