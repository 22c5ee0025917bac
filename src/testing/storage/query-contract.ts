import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import type { PageRequest, Storage, StudyRecord, TrialTemplate } from '../../storage/storage.ts';
import { pageOf } from '../../storage/trial-queries.ts';
import type { TrialKey } from '../../trial/trial-key.ts';
import { beforeEach, it } from '../check.ts';
import { expect } from '../expect.ts';
import { allTrials, comparable, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

const [rate, narrow, layers] = [float(0, 1), float(0, 0.5), int(1, 8)];
const mixed = categorical(['relu', 10, 9, null, true]);
const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);

/** Trials in every state, with figures of every kind, equal ones and missing ones. */
const TEMPLATES: readonly TrialTemplate[] = [
  {
    state: 'COMPLETE',
    values: [3],
    params: [
      { name: 'z', value: 0.5, distribution: rate },
      { name: 'a', value: 'relu', distribution: mixed },
    ],
    intermediateValues: new Map([[10, 1]]),
    startedAt: at(500),
    completedAt: at(900),
  },
  {
    state: 'COMPLETE',
    values: [Number.NEGATIVE_INFINITY],
    params: [{ name: 'z', value: 0.25, distribution: narrow }],
    userAttrs: { note: 'b', deep: { x: 1 } },
    systemAttrs: { 'constraints:size': 1 },
    startedAt: at(100),
    completedAt: at(200),
  },
  { state: 'WAITING', userAttrs: { note: null } },
  {
    state: 'PRUNED',
    values: [Number.POSITIVE_INFINITY],
    params: [
      { name: 'a', value: 9, distribution: mixed },
      { name: '__proto__', value: 3, distribution: layers },
    ],
    intermediateValues: new Map([
      [2, Number.NaN],
      [10, -1],
    ]),
    userAttrs: { note: 12 },
    startedAt: at(100),
    completedAt: at(500),
  },
  {
    state: 'COMPLETE',
    values: [3],
    params: [
      { name: 'a', value: 10, distribution: mixed },
      { name: 'z', value: 0.5, distribution: rate },
    ],
    userAttrs: { note: 7 },
    systemAttrs: { constraints: [0, -1] },
    intermediateValues: new Map([[2, Number.POSITIVE_INFINITY]]),
    startedAt: at(0),
    completedAt: at(400),
  },
  { state: 'FAIL', params: [{ name: 'a', value: null, distribution: mixed }], userAttrs: { note: 'a' } },
  { state: 'RUNNING', params: [{ name: 'a', value: true, distribution: mixed }] },
];

const ORDERS: readonly TrialKey[] = [
  { by: 'number' },
  { by: 'state' },
  { by: 'started' },
  { by: 'duration' },
  { by: 'value', objective: 0 },
  { by: 'param', name: 'a' },
  { by: 'param', name: '__proto__' },
  { by: 'userAttr', name: 'note' },
  { by: 'userAttr', name: 'nobody' },
  { by: 'report', step: 2 },
  { by: 'report', step: 10 },
];

/** The contract of the queries behind listings. */
export function describeQueries({ open }: StorageSetup): void {
  let storage: Storage;
  let study: StudyRecord;
  beforeEach(async () => {
    storage = await open();
    study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
    for (const template of TEMPLATES) {
      await storage.createTrial(other, { state: 'COMPLETE', values: [-5], userAttrs: { theirs: 1 } });
      await storage.createTrial(study, template);
    }
  });

  const numbers = async (request: PageRequest) => (await storage.page(study, request)).map(({ number }) => number);

  it('gives pages in the requested order, equals by number, missing figures last', async () => {
    expect(await numbers({ limit: 3 })).toEqual([0, 1, 2]);
    expect(await numbers({ limit: Number.POSITIVE_INFINITY, descending: true })).toEqual([6, 5, 4, 3, 2, 1, 0]);
    const sorted = (order: TrialKey, descending = false) => numbers({ order, descending, limit: 99 });
    expect(await sorted({ by: 'value', objective: 0 })).toEqual([1, 0, 4, 3, 2, 5, 6]);
    expect(await sorted({ by: 'value', objective: 0 }, true)).toEqual([3, 0, 4, 1, 2, 5, 6]);
    expect(await sorted({ by: 'param', name: 'a' })).toEqual([3, 4, 0, 6, 1, 2, 5]);
    expect(await sorted({ by: 'report', step: 2 })).toEqual([4, 0, 1, 2, 3, 5, 6]);
    expect(await sorted({ by: 'userAttr', name: 'note' }, true)).toEqual([1, 5, 3, 4, 0, 2, 6]);
  });

  it('gives the same trials page by page as at once, of all states and of some', async () => {
    const trials = await allTrials(storage, study);
    for (const order of ORDERS) {
      for (const descending of [false, true]) {
        for (const states of [undefined, ['COMPLETE', 'WAITING', 'PRUNED'] as const, []]) {
          const request = { order, descending, states, limit: 2 };
          const whole = pageOf(trials, { ...request, limit: 99 });
          const read = [];
          for (let page = await storage.page(study, request); page.length > 0; ) {
            read.push(...page);
            page = await storage.page(study, { ...request, after: page.at(-1)?.id });
          }
          expect(read.map(comparable)).toEqual(whole.map(comparable));
        }
      }
    }
  });

  it('goes on behind the last trial of a page, even if that trial has changed since', async () => {
    const request = { order: { by: 'duration' }, states: ['WAITING', 'RUNNING'], limit: 1 } as const;
    const [first] = await storage.page(study, request);
    expect(first?.number).toBe(2);
    await storage.startTrial(study, { holder: null });
    await storage.finishTrial({ study, trialId: first?.id as number, holder: null, attempt: 1 }, 'FAIL', null);
    await storage.createTrial(study, { state: 'WAITING' });
    expect((await storage.page(study, { ...request, limit: 9 })).map(({ number }) => number)).toEqual([6, 7]);
    expect(await storage.page(study, { ...request, after: 0 })).toEqual([]);
  });

  it('gives one trial by its number', async () => {
    const found = await storage.trial(study, 3);
    expect(found && comparable(found)).toEqual(comparable(await trialOf(storage, study, 3)));
    expect(await storage.trial(study, 7)).toBeUndefined();
    expect(await storage.trial(study, -1)).toBeUndefined();
  });

  it('gives the names that occur, in the order of their first use', async () => {
    const { parameters, ...others } = await storage.inventory(study);
    const texts = parameters.map(({ name, distributions }) => [name, ...distributions.map(String)]);
    expect(texts).toEqual([
      ['z', String(narrow), String(rate)],
      ['a', String(mixed)],
      ['__proto__', String(layers)],
    ]);
    expect(others).toEqual({
      userAttrs: ['note', 'deep'],
      systemAttrs: ['constraints:size', 'constraints'],
      steps: [2, 10],
      hasCurves: true,
    });
    const empty = await storage.createStudy({ name: 'c', directions: ['minimize'] });
    const nothing = { parameters: [], userAttrs: [], systemAttrs: [], steps: [], hasCurves: false };
    expect(await storage.inventory(empty)).toEqual(nothing);
  });

  it('gives the values of complete trials that meet their constraints', async () => {
    const results = await storage.results(study);
    expect(results.map(({ number, values }) => [number, values])).toEqual([
      [0, [3]],
      [4, [3]],
    ]);
    const both = await storage.createStudy({ name: 'both', directions: ['minimize', 'maximize'] });
    const { id } = await storage.createTrial(both, { state: 'COMPLETE', values: [1, Number.POSITIVE_INFINITY] });
    expect(await storage.results(both)).toEqual([{ id, number: 0, values: [1, Number.POSITIVE_INFINITY] }]);
  });
}
