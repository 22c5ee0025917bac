import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../base/json.ts';
import { attemptOf, heldLease } from './lease.ts';

const lease = (changed: Readonly<Record<string, JsonValue>>) =>
  heldLease({ 'hpo:lease': { holder: 'a', attempt: 1, counter: 3, graceMs: 1000, process: null, ...changed } });

describe('a lease in a database of somebody else', () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 1e300])('keeps its trial for a day at most: %s', (graceMs) => {
    expect(lease({ graceMs })?.graceMs).toBe(86_400_000);
  });

  it('keeps a grace time that a holder can have', () => {
    expect(lease({ graceMs: 120_000 })?.graceMs).toBe(120_000);
  });

  it.each([
    ['counter', Number.NaN],
    ['counter', 1e300],
    ['counter', 0.5],
    ['attempt', Number.NaN],
    ['attempt', '1'],
    ['graceMs', null],
    ['holder', 1],
  ])('is none where its %s is %j, since nobody could see it renewed', (name, value) => {
    expect(lease({ [name]: value })).toBeUndefined();
  });

  it('counts as the first attempt where that is no number', () => {
    for (const attempt of [Number.NaN, -1, 'x']) expect(attemptOf({ systemAttrs: { 'hpo:attempt': attempt } })).toBe(1);
  });
});
