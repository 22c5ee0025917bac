import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { HpoError } from '../../../src/base/errors.ts';
import { float } from '../../../src/space/float-distribution.ts';
import { int } from '../../../src/space/int-distribution.ts';
import type { Cursor, Storage } from '../../../src/storage/storage.ts';
import type { FrozenTrial } from '../../../src/trial/frozen-trial.ts';
import { allTrials, comparable, expectError } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

export function describeConnections({ open, openAgain }: StorageSetup): void {
  let one: Storage;
  let two: Storage;
  let study: number;
  beforeEach(async () => {
    one = await open();
    two = await (openAgain as NonNullable<typeof openAgain>)(one);
    study = (await one.createStudy({ name: 'a', directions: ['minimize'] })).id;
  });

  it('see each other at once', async () => {
    expect((await two.findStudy('a'))?.id).toBe(study);
    await expectError(two.createStudy({ name: 'a', directions: ['minimize'] }), 'HPO_STUDY_EXISTS');
    let { cursor } = await two.changesSince(study);
    const seen = async () => {
      const changes = await two.changesSince(study, cursor);
      cursor = changes.cursor;
      return changes.trials.map(({ number, state }) => `${number} ${state}`);
    };
    const trial = await one.createTrial(study, { state: 'RUNNING' });
    expect(await seen()).toEqual(['0 RUNNING']);
    await one.setIntermediateValue(trial.id, 1, 1);
    expect(await seen()).toEqual(['0 RUNNING']);
    expect(await seen()).toEqual([]);
    await two.setIntermediateValue(trial.id, 2, 1);
    await one.finishTrial(trial.id, 'COMPLETE', [1]);
    expect(await seen()).toEqual(['0 COMPLETE']);
    await one.createTrial(study, { state: 'FAIL' });
    await two.createTrial(study, { state: 'FAIL' });
    expect(await seen()).toEqual(['1 FAIL', '2 FAIL']);
    await expectError(two.finishTrial(trial.id, 'FAIL', null), 'HPO_TRIAL_STATE');
    expect((await allTrials(two, study)).map(comparable)).toEqual((await allTrials(one, study)).map(comparable));
  });

  it('number without gaps', async () => {
    const created = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).createTrial(study, { state: 'RUNNING' })),
    );
    expect(created.map(({ number }) => number).sort((a, b) => a - b)).toEqual(created.map((_, n) => n));
  });

  it('claim each WAITING trial once', async () => {
    for (let n = 0; n < 20; n++) await one.createTrial(study, { state: 'WAITING' });
    const claimed = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? one : two).claimWaitingTrial(study, {})),
    );
    const numbers = claimed.flatMap((trial) => trial?.number ?? []).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('requeue a trial once', async () => {
    const { id } = await one.createTrial(study, { state: 'RUNNING', systemAttrs: { owner: 1 } });
    const requeue = { keepReportsTo: null, systemAttrs: { owner: null }, onlyIf: { owner: 1 } };
    expect(await Promise.all([one.requeueTrial(id, requeue), two.requeueTrial(id, requeue)])).toEqual([true, false]);
    await two.claimWaitingTrial(study, { owner: 2 });
    expect(await one.requeueTrial(id, requeue)).toBe(false);
  });

  it('do not go by what they knew of a trial that the other has changed', async () => {
    const finished = await one.createTrial(study, { state: 'RUNNING' });
    await two.finishTrial(finished.id, 'COMPLETE', [1]);
    await expectError(one.setIntermediateValue(finished.id, 1, 1), 'HPO_TRIAL_STATE');
    const taken = await one.createTrial(study, { state: 'RUNNING', systemAttrs: { owner: 1 } });
    await two.requeueTrial(taken.id, { keepReportsTo: null, systemAttrs: { owner: null } });
    await two.claimWaitingTrial(study, { owner: 2 });
    const requeue = { keepReportsTo: null, systemAttrs: {}, onlyIf: { owner: 1 } };
    expect(await one.requeueTrial(taken.id, requeue)).toBe(false);
  });

  it('refuse parameters that are incompatible with those of the other', async () => {
    const [a, b] = [
      await one.createTrial(study, { state: 'RUNNING' }),
      await two.createTrial(study, { state: 'RUNNING' }),
    ];
    await one.setTrialParams(a.id, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
    const other = [{ name: 'x', value: 1, distribution: int(0, 1) }];
    await expectError(two.setTrialParams(b.id, other), 'HPO_STUDY_DIFFERS');
  });

  it('notice that the other has deleted a study and made another in its place', async () => {
    await one.createTrial(study, { state: 'WAITING' });
    const { cursor } = await two.changesSince(study);
    await two.claimWaitingTrial(study, {});
    await one.deleteStudy(study);
    await expectError(two.changesSince(study, cursor), 'HPO_INVALID_ARGUMENT');
    await expectError(two.claimWaitingTrial(study, {}), 'HPO_INVALID_ARGUMENT');
    await expectError(two.createTrial(study, { state: 'RUNNING' }), 'HPO_INVALID_ARGUMENT');
    const again = (await one.createStudy({ name: 'a', directions: ['minimize'] })).id;
    await one.createTrial(again, { state: 'WAITING' });
    expect((await two.claimWaitingTrial(again, {}))?.number).toBe(0);
    expect(await allTrials(two, again)).toHaveLength(1);
  });

  it('give those who follow a study what is stored, whoever writes', async () => {
    const reader = await (openAgain as NonNullable<typeof openAgain>)(one);
    const check = async (steps: readonly Step[]) => {
      const followed = (await one.createStudy({ name: `study ${++studies}`, directions: ['minimize'] })).id;
      const followers = [one, two].map((storage) => new Follower(storage, followed));
      const stored = async () => (await allTrials(reader, followed)).map(inOrder);
      for (const { who, write, trial, at, looks } of steps) {
        const { id } = (await allTrials(reader, followed))[trial] ?? { id: -1 };
        await WRITES[write](who === 1 ? one : two, followed, id, at).catch(expectRefusal);
        if (looks !== null) expect((await followers[looks]?.look())?.map(inOrder)).toEqual(await stored());
      }
      for (const follower of followers) expect((await follower.look()).map(inOrder)).toEqual(await stored());
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 60 }), check), { numRuns: 30 });
  });
}

let studies = 0;

/** Somebody who keeps a study's trials by reading what has changed. */
class Follower {
  readonly #storage: Storage;
  readonly #study: number;
  readonly #trials: FrozenTrial[] = [];
  #cursor: Cursor | undefined;

  constructor(storage: Storage, study: number) {
    this.#storage = storage;
    this.#study = study;
  }

  async look(): Promise<readonly FrozenTrial[]> {
    const { cursor, trials } = await this.#storage.changesSince(this.#study, this.#cursor);
    for (const trial of trials) this.#trials[trial.number] = trial;
    this.#cursor = cursor;
    return this.#trials;
  }
}

/** A trial to be compared with another down to the order of what it holds. */
function inOrder(trial: FrozenTrial): object {
  const orders = [trial.params, trial.userAttrs, trial.systemAttrs].map((record) => Object.keys(record));
  return { ...comparable(trial), orders, reports: [...trial.intermediateValues] };
}

const x = float(-1, 1);

const WRITES = {
  run: (storage: Storage, study: number, _: number, at: number) =>
    storage.createTrial(study, {
      state: 'RUNNING',
      params: [{ name: 'x', value: -0, distribution: x }],
      userAttrs: { at },
    }),
  enqueue: (storage: Storage, study: number) =>
    storage.createTrial(study, { state: 'WAITING', systemAttrs: { q: [1] } }),
  claim: (storage: Storage, study: number) => storage.claimWaitingTrial(study, { owner: 'me' }),
  params: (storage: Storage, _: number, id: number, at: number) =>
    storage.setTrialParams(id, [
      { name: `${at % 3}`, value: at, distribution: int(0, 9) },
      { name: 'x', value: at / 10, distribution: x },
    ]),
  report: (storage: Storage, _: number, id: number, at: number) =>
    storage.setIntermediateValue(id, 4 - at, at === 3 ? Number.NaN : -at),
  attribute: (storage: Storage, _: number, id: number, at: number) =>
    storage.setTrialAttr(id, at % 2 ? 'user' : 'system', `${at % 3}`, [at, null]),
  finish: (storage: Storage, _: number, id: number, at: number) =>
    storage.finishTrial(id, at % 2 ? 'COMPLETE' : 'PRUNED', at % 2 ? [-0] : null, { why: { at } }),
  requeue: (storage: Storage, _: number, id: number, at: number) =>
    storage.requeueTrial(id, { keepReportsTo: at % 3 ? at : null, systemAttrs: { owner: null, q: 2 } }),
};

interface Step {
  readonly who: number;
  readonly write: keyof typeof WRITES;
  readonly trial: number;
  /** Varies what is written. */
  readonly at: number;
  /** Which follower looks after it. */
  readonly looks: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(1, 1, 2),
  write: fc.constantFrom(...(Object.keys(WRITES) as (keyof typeof WRITES)[])),
  trial: fc.nat(5),
  at: fc.nat(4),
  looks: fc.constantFrom(null, null, 0, 1),
});

/** A write to a trial that is not there, or not RUNNING. */
function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(HpoError);
  expect(['HPO_TRIAL_STATE', 'HPO_INVALID_ARGUMENT']).toContain((error as HpoError).code);
}
