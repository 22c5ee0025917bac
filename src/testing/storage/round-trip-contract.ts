import fc from 'fast-check';
import type { JsonValue } from '../../base/json.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import type { ParamValue } from '../../space/distribution.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { leaseOf } from '../../storage/lease.ts';
import type { SuggestedParam, TrialTemplate } from '../../storage/storage.ts';
import { it } from '../check.ts';
import { expect } from '../expect.ts';
import { comparable, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('\0'));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // no -0
const value = fc.double({ noNaN: true }).map((number) => number + 0);
const report = fc.oneof(value, fc.constant(Number.NaN));
const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;
const anyNumber = fc.double();
const attribute = fc.oneof(json, fc.array(anyNumber), fc.record({ nested: anyNumber }));
const attributes = fc.dictionary(name, attribute, { maxKeys: 5 });

const bounds = fc
  .tuple(finite, finite)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  .filter(([low, high]) => Number.isFinite(high - low));
const floatParam = fc
  .tuple(bounds, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([[low, high], at]) => ({ value: Math.min(low + at * (high - low), high) + 0, distribution: float(low, high) }));
const intParam = fc
  .tuple(fc.integer(), fc.nat(1000), fc.integer({ min: 1, max: 20 }), fc.nat(50))
  .map(([low, more, gap, at]) => {
    const distribution = int(low, low + more, { step: gap });
    return { value: Math.min(low + at * gap, distribution.high), distribution };
  });
const logParam = fc
  .double({ min: 1e-9, max: 1, noNaN: true })
  .map((sample) => ({ value: sample, distribution: float(1e-9, 1, { log: true }) }));
const choice: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.string({ unit: 'binary' }),
  finite,
  fc.boolean(),
  fc.constant(null),
);
const categoricalParam = fc
  .tuple(fc.uniqueArray(choice, { minLength: 1, maxLength: 6 }), fc.nat())
  .map(([choices, at]) => ({
    value: choices[at % choices.length] as ParamValue,
    distribution: categorical(choices),
  }));
const params: fc.Arbitrary<readonly SuggestedParam[]> = fc
  .dictionary(name, fc.oneof(floatParam, intParam, logParam, categoricalParam), { maxKeys: 6 })
  .map((byName) => Object.entries(byName).map(([key, param]) => ({ name: key, ...param })));

const time = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const templates = (largestStep: number): fc.Arbitrary<TrialTemplate> =>
  fc.record({
    state: fc.constant('COMPLETE'),
    values: fc.tuple(value, value),
    params,
    intermediateValues: fc
      .array(fc.tuple(fc.oneof(fc.nat(), fc.nat(largestStep)), report), { maxLength: 8 })
      .map((entries) => new Map(entries)),
    userAttrs: attributes,
    systemAttrs: attributes,
    startedAt: time,
    completedAt: time,
  });

export function describeRoundTrips({ open, openAgain, largestStep }: StorageSetup): void {
  const template = templates(largestStep ?? Number.MAX_SAFE_INTEGER);
  it('gives arbitrary trials back as they were, made at once or bit by bit', async () => {
    const storage = await open();
    let count = 0;
    const check = async (given: TrialTemplate) => {
      const study = await storage.createStudy({ name: `study ${count++}`, directions: ['minimize', 'maximize'] });
      const created = await storage.createTrial(study, given);
      const distributions = (given.params ?? []).map((param) => [param.name, String(param.distribution)]);
      const expected = {
        ...given,
        id: created.id,
        number: 0,
        params: Object.fromEntries((given.params ?? []).map((param) => [param.name, param.value])),
        distributions: Object.fromEntries(distributions),
      };
      expect(comparable(created)).toEqual(expected);
      expect([...created.intermediateValues.keys()]).toEqual(
        [...(given.intermediateValues ?? new Map()).keys()].sort((a, b) => a - b),
      );
      expect(comparable(await trialOf(storage, study, 0))).toEqual(expected);

      const lease = leaseOf(study, await storage.createTrial(study, { state: 'RUNNING' }));
      await storage.setTrialParams(lease, given.params ?? []);
      for (const [at, reported] of given.intermediateValues ?? []) {
        await storage.setIntermediateValue(lease, at, reported);
      }
      await storage.setTrialAttrs(lease, 'user', given.userAttrs ?? {});
      await storage.finishTrial(lease, 'COMPLETE', given.values ?? null, given.systemAttrs);
      const { startedAt, completedAt } = await trialOf(storage, study, 1);
      expect(comparable(await trialOf(storage, study, 1))).toEqual({
        ...expected,
        id: lease.trialId,
        number: 1,
        startedAt,
        completedAt,
      });
    };
    await fc.assert(fc.asyncProperty(template, check), { numRuns: 150 });
  });

  it('gives hundreds of trials that ran by turns as it gives each of them', async () => {
    const storage = await open();
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    const other = await storage.createStudy({ name: 'b', directions: ['minimize'] });
    const paramsOf = (at: number): readonly SuggestedParam[] => [
      { name: 'x', value: at, distribution: int(0, 1000) },
      // More distributions than a storage has codes for, and other ones later.
      { name: at % 3 === 0 ? 'y' : `only ${at % 50}`, value: 0.5, distribution: float(0, at < 230 ? 1 : 2) },
    ];
    const start = async () => leaseOf(study, await storage.createTrial(study, { state: 'RUNNING' }));
    const late = await start();
    for (let at = 1; at < 260; at++) {
      const userAttrs = { b: at, a: 1 };
      const intermediateValues = new Map([[2, at]]);
      const whole = { params: paramsOf(at), intermediateValues, userAttrs, values: [at] };
      if (at % 10 > 0) await storage.createTrial(study, { state: 'COMPLETE', ...whole });
      else {
        await storage.createTrial(other, { state: 'COMPLETE', ...whole });
        const together = [await start(), await start()];
        for (const param of whole.params) for (const lease of together) await storage.setTrialParams(lease, [param]);
        for (const step of [2, 1]) for (const lease of together) await storage.setIntermediateValue(lease, step, at);
        for (const lease of together) await storage.setTrialAttrs(lease, 'user', userAttrs);
        for (const lease of together) await storage.finishTrial(lease, 'COMPLETE', [at]);
      }
    }
    await storage.setTrialParams(late, paramsOf(0));
    const reader = (await openAgain?.(storage)) ?? storage;
    const { trials } = await reader.changesSince(study);
    expect(trials).toHaveLength(285);
    for (const trial of trials) expect(trial).toEqual(await storage.trial(study, trial.number));
    const order = trials.map(({ intermediateValues }) => [...intermediateValues.keys()].join());
    expect(new Set(order)).toEqual(new Set(['', '2', '1,2']));
    expect(Object.keys(trials[1]?.userAttrs ?? {})).toEqual(['b', 'a']);
  });

  it('gives zero without its sign, except in attributes', async () => {
    const storage = await open();
    const study = await storage.createStudy({ name: 'zero', directions: ['minimize'] });
    const trial = await storage.createTrial(study, {
      state: 'COMPLETE',
      values: [-0],
      params: [{ name: 'x', value: -0, distribution: float(-1, 1) }],
      intermediateValues: new Map([[1, -0]]),
      userAttrs: { zero: -0 },
    });
    expect([trial.values?.[0], trial.params.x, trial.intermediateValues.get(1)]).toEqual([0, 0, 0]);
    expect(trial.userAttrs).toEqual({ zero: -0 });
  });
}
