import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { ERROR_KEY } from '../study/study-keys.ts';
import { keyOfColumn } from './trial-order.ts';
import { hasStderr, type Listing, listTrialPages } from './trial-pages.ts';

const storage = new MemoryStorage();
let record: StudyRecord;
let failing: StudyRecord;
beforeAll(async () => {
  record = await storage.createStudy({ name: 'study', directions: ['minimize', 'maximize'] });
  // The values of the two objectives run in opposite directions, so that neither order is that of the numbers.
  for (let number = 0; number < 2500; number++) {
    const values = [(number * 7) % 2500, number];
    const systemAttrs = number < 3 ? { 'hpo:metrics:0': { 1: { accuracy: -number } } } : {};
    await storage.createTrial(record, { state: number % 5 === 0 ? 'PRUNED' : 'COMPLETE', values, systemAttrs });
  }
  failing = await storage.createStudy({ name: 'failing', directions: ['minimize'] });
});

async function numbersOf(listing: Partial<Listing>): Promise<readonly (readonly number[])[]> {
  const pages: (readonly number[])[] = [];
  const whole = { states: undefined, column: 'trial', descending: false, limit: Number.POSITIVE_INFINITY, ...listing };
  for await (const page of listTrialPages(storage, record, whole)) pages.push(page.map(({ number }) => number));
  return pages;
}

describe('a listing', () => {
  it('comes in pages, each trial once', async () => {
    const pages = await numbersOf({});
    expect(pages.map((page) => page.length)).toEqual([1000, 1000, 500]);
    expect(pages.flat()).toEqual(Array.from({ length: 2500 }, (_, number) => number));
  });

  it.each([0, 1, 1000, 1500, 2500, 9999])('ends at %i trials', async (limit) => {
    const numbers = (await numbersOf({ limit, descending: true })).flat();
    expect(numbers).toHaveLength(Math.min(limit, 2500));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('is sorted by the objective that is named', async () => {
    expect(await numbersOf({ column: 'values.1', descending: true, limit: 3 })).toEqual([[2499, 2498, 2497]]);
    expect(await numbersOf({ column: 'values.0', limit: 3, states: ['PRUNED', 'COMPLETE'] })).toEqual([
      [0, 2143, 1786],
    ]);
  });

  it('has the trials in these states alone', async () => {
    expect(await numbersOf({ states: ['PRUNED'], limit: 3 })).toEqual([[0, 5, 10]]);
    expect(await numbersOf({ states: ['FAIL'] })).toEqual([]);
  });

  it('is sorted by a column that no key stands for once all trials are read', async () => {
    expect(await numbersOf({ column: 'metrics.1.accuracy', limit: 4 })).toEqual([[2, 1, 0, 3]]);
    await expect(numbersOf({ column: 'metrics.1.recall' })).rejects.toThrow(
      'none of these trials has metrics.1.recall',
    );
  });
});

it('knows whether the worker of a failed trial wrote to stderr', async () => {
  const fail = (failure: Readonly<Record<string, string>>) =>
    storage.createTrial(failing, { state: 'FAIL', systemAttrs: { [ERROR_KEY]: failure } });
  await fail({ name: 'Error', message: 'no data' });
  expect(await hasStderr(storage, failing)).toBe(false);
  await fail({ name: 'WorkerDied', message: 'It died.', stderr: 'out of memory' });
  expect(await hasStderr(storage, failing)).toBe(true);
});

it.each([
  ['trial', { by: 'number' }],
  ['state', { by: 'state' }],
  ['started', { by: 'started' }],
  ['duration', { by: 'duration' }],
  ['value', { by: 'value', objective: 0 }],
  ['values.2', { by: 'value', objective: 2 }],
  ['params.optimizer.adam.beta1', { by: 'param', name: 'optimizer.adam.beta1' }],
  ['user.a\nb', { by: 'userAttr', name: 'a\nb' }],
  ['reports.12', { by: 'report', step: 12 }],
  ['curve', undefined],
  ['error', undefined],
  ['metrics.3.accuracy', undefined],
])('the column %j is sorted by %j', (column, key) => {
  expect(keyOfColumn(column)).toEqual(key);
});
