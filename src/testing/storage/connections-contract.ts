import fc from 'fast-check';
import { HpoError } from '../../base/errors.ts';
import { float } from '../../space/float-distribution.ts';
import { int } from '../../space/int-distribution.ts';
import { heldLease, type Lease, leaseOf } from '../../storage/lease.ts';
import type { Cursor, Storage, StudyRecord } from '../../storage/storage.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { beforeEach, it } from '../check.ts';
import { expect } from '../expect.ts';
import { allTrials, comparable, expectError, HOLDER, trialOf } from './expectations.ts';
import type { StorageSetup } from './storage-setup.ts';

export function describeConnections({ open, openAgain }: StorageSetup): void {
  let one: Storage;
  let two: Storage;
  let study: StudyRecord;
  beforeEach(async () => {
    one = await open();
    two = await (openAgain as NonNullable<typeof openAgain>)(one);
    study = await one.createStudy({ name: 'a', directions: ['minimize'] });
  });

  it('see each other at once', async () => {
    expect(await two.findStudy('a')).toEqual(study);
    await expectError(two.createStudy({ name: 'a', directions: ['minimize'] }), 'HPO_STUDY_EXISTS');
    let { cursor } = await two.changesSince(study);
    const seen = async () => {
      const changes = await two.changesSince(study, cursor);
      cursor = changes.cursor;
      return changes.trials.map(({ number, state }) => `${number} ${state}`);
    };
    const trial = leaseOf(study, await one.createTrial(study, { state: 'RUNNING' }));
    expect(await seen()).toEqual(['0 RUNNING']);
    await one.setIntermediateValue(trial, 1, 1);
    expect(await seen()).toEqual(['0 RUNNING']);
    expect(await seen()).toEqual([]);
    await two.setIntermediateValue(trial, 2, 1);
    await one.finishTrial(trial, 'COMPLETE', [1]);
    expect(await seen()).toEqual(['0 COMPLETE']);
    await one.createTrial(study, { state: 'FAIL' });
    await two.createTrial(study, { state: 'FAIL' });
    expect(await seen()).toEqual(['1 FAIL', '2 FAIL']);
    await expectError(two.finishTrial(trial, 'FAIL', null), 'HPO_TRIAL_STATE');
    expect((await allTrials(two, study)).map(comparable)).toEqual((await allTrials(one, study)).map(comparable));
  });

  it('show a reader who does not use the reports of running trials all else at once, and these in the end', async () => {
    const followed = await Promise.all(
      (['all', 'none', 'own'] as const).map(async (used) => {
        const started = (await one.startTrial(study, { holder: HOLDER })) as FrozenTrial;
        const lease = leaseOf(study, started);
        const reading = used === 'all' ? undefined : { reportsOf: used === 'own' ? [started.id] : [] };
        let { cursor } = await two.changesSince(study, undefined, reading);
        let seen = started;
        const look = async () => {
          const { cursor: next, trials } = await two.changesSince(study, cursor, reading);
          cursor = next;
          seen = trials.find(({ id }) => id === started.id) ?? seen;
          return seen;
        };
        await one.setIntermediateValue(lease, 1, 0.5, { loss: 1 });
        const reported = (await look()).intermediateValues.size;
        await one.setTrialParams(lease, [{ name: 'x', value: 1, distribution: float(0, 1) }]);
        const params = (await look()).params;
        await one.setTrialAttrs(lease, 'system', { rung: 2 });
        const rung = (await look()).systemAttrs.rung;
        await one.renew([lease]);
        const counter = heldLease((await look()).systemAttrs)?.counter;
        await one.setIntermediateValue(lease, 2, 0.25);
        await one.finishTrial(lease, 'COMPLETE', [1]);
        const ended = await look();
        expect(comparable(ended)).toEqual(comparable(await trialOf(one, study, started.number)));
        return { reported, params, rung, counter };
      }),
    );
    const others = { params: { x: 1 }, rung: 2, counter: 1 };
    expect(followed.map(({ reported: _, ...seen }) => seen)).toEqual([others, others, others]);
    expect([followed[0]?.reported, followed[2]?.reported]).toEqual([1, 1]); // of the other it may be left out
  });

  it('number without gaps', async () => {
    const created = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).createTrial(study, { state: 'RUNNING' })),
    );
    expect(created.map(({ number }) => number).sort((a, b) => a - b)).toEqual(created.map((_, n) => n));
  });

  it('start each trial once, and none beyond the wanted number', async () => {
    for (let n = 0; n < 20; n++) await one.createTrial(study, { state: 'WAITING' });
    const started = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 2 ? one : two).startTrial(study, { holder: HOLDER, atMost: 30 })),
    );
    const numbers = started.flatMap((trial) => trial?.number ?? []).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('make a study once', async () => {
    const made = await Promise.all(
      [one, two, one, two].map((storage) => storage.createStudy({ name: 'b', directions: ['minimize'] }, 'load')),
    );
    for (const each of made) expect(each).toEqual(made[0]);
  });

  it('give a right to one', async () => {
    const take = (storage: Storage, by: string) =>
      storage.setStudyAttr(study, 'system', 'right', by, { expected: undefined });
    const answers = await Promise.all([take(one, 'one'), take(two, 'two'), take(one, 'one again')]);
    expect(new Set(answers).size).toBe(1);
    const [holder] = answers;
    await two.setStudyAttr(study, 'system', 'right', undefined, { expected: holder });
    expect(await take(one, 'later')).toBe('later');
  });

  it('requeue a trial once', async () => {
    const lease = leaseOf(study, (await one.startTrial(study, { holder: HOLDER })) as FrozenTrial);
    const requeue = { keepReportsTo: null };
    const outcomes = await Promise.allSettled([one.requeueTrial(lease, requeue), two.requeueTrial(lease, requeue)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await two.startTrial(study, { holder: { ...HOLDER, id: 'two' } });
    await expectError(one.requeueTrial(lease, requeue), 'HPO_LEASE_LOST');
  });

  it('do not rely on old knowledge of a trial that the other has changed', async () => {
    const finished = leaseOf(study, await one.createTrial(study, { state: 'RUNNING' }));
    await two.finishTrial(finished, 'COMPLETE', [1]);
    await expectError(one.setIntermediateValue(finished, 1, 1), 'HPO_TRIAL_STATE');
    const taken = leaseOf(study, (await one.startTrial(study, { holder: HOLDER })) as FrozenTrial);
    await two.requeueTrial(taken, { keepReportsTo: null });
    await two.startTrial(study, { holder: { ...HOLDER, id: 'two' } });
    await expectError(one.setIntermediateValue(taken, 1, 1), 'HPO_LEASE_LOST');
    expect(await one.renew([taken])).toEqual([taken]);
  });

  it('refuse parameters that are incompatible with those of the other', async () => {
    const [a, b] = [
      leaseOf(study, await one.createTrial(study, { state: 'RUNNING' })),
      leaseOf(study, await two.createTrial(study, { state: 'RUNNING' })),
    ];
    await one.setTrialParams(a, [{ name: 'x', value: 0.5, distribution: float(0, 1) }]);
    const other = [{ name: 'x', value: 1, distribution: int(0, 1) }];
    await expectError(two.setTrialParams(b, other), 'HPO_STUDY_DIFFERS');
  });

  it('notice that the other has deleted a study and made another in its place', async () => {
    const params = [{ name: 'x', value: 0.5, distribution: float(0, 1) }];
    await one.createTrial(study, { state: 'WAITING', params });
    const { cursor } = await two.changesSince(study);
    const lease = leaseOf(study, (await two.startTrial(study, { holder: HOLDER })) as FrozenTrial);
    await two.setIntermediateValue(lease, 1, 1);
    const unheld = leaseOf(study, await two.createTrial(study, { state: 'RUNNING' }));
    await one.deleteStudy(study);
    const refuse = async () => {
      await expectError(two.changesSince(study, cursor), 'HPO_STUDY_NOT_FOUND');
      await expectError(two.startTrial(study, { holder: HOLDER }), 'HPO_STUDY_NOT_FOUND');
      await expectError(two.createTrial(study, { state: 'RUNNING' }), 'HPO_STUDY_NOT_FOUND');
      await expectError(two.setStudyAttr(study, 'user', 'k', 1), 'HPO_STUDY_NOT_FOUND');
      for (const each of [lease, unheld]) {
        await expectError(two.setIntermediateValue(each, 2, 1), 'HPO_STUDY_NOT_FOUND');
        await expectError(two.finishTrial(each, 'COMPLETE', [1]), 'HPO_STUDY_NOT_FOUND');
        expect(await two.renew([each])).toEqual([each]);
      }
    };
    await refuse();
    const again = await one.createStudy({ name: 'a', directions: ['minimize'] });
    await refuse();
    await one.createTrial(again, { state: 'WAITING' });
    await refuse();
    await one.startTrial(again, { holder: { ...HOLDER, id: 'later' } });
    await one.createTrial(again, { state: 'RUNNING' }); // has the row of the one without a holder
    await refuse();
    await one.createTrial(again, { state: 'WAITING' });
    expect((await two.startTrial(again, { holder: HOLDER }))?.number).toBe(2);
    expect(await allTrials(two, again)).toHaveLength(3);
    const other = [{ name: 'x', value: 1, distribution: int(0, 1) }]; // the new study knows nothing of the old one
    await two.setTrialParams(leaseOf(again, await trialOf(two, again, 2)), other);
  });

  it('show followers of a study all that is stored, whichever writes', async () => {
    const reader = await (openAgain as NonNullable<typeof openAgain>)(one);
    const check = async (steps: readonly Step[]) => {
      const followed = await one.createStudy({ name: `study ${++studies}`, directions: ['minimize'] });
      const followers = [one, two].map((storage) => new Follower(storage, followed));
      const stored = async () => (await allTrials(reader, followed)).map(inOrder);
      for (const { who, write, trial, at, looks } of steps) {
        const there = (await allTrials(reader, followed))[trial];
        const lease = there ? leaseOf(followed, there) : { study: followed, trialId: -1, holder: null, attempt: 1 };
        await WRITES[write](who === 1 ? one : two, followed, lease, at).catch(expectRefusal);
        if (looks !== null) expect((await followers[looks]?.look())?.map(inOrder)).toEqual(await stored());
      }
      for (const follower of followers) expect((await follower.look()).map(inOrder)).toEqual(await stored());
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 60 }), check), { numRuns: 30 });
  });
}

let studies = 0;

/** A reader that keeps a study's trials by reading changes. */
class Follower {
  readonly #storage: Storage;
  readonly #study: StudyRecord;
  readonly #trials: FrozenTrial[] = [];
  #cursor: Cursor | undefined;

  constructor(storage: Storage, study: StudyRecord) {
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

/** A trial to be compared with another one, including the order of its fields. */
function inOrder(trial: FrozenTrial): object {
  const orders = [trial.params, trial.userAttrs, trial.systemAttrs].map((record) => Object.keys(record));
  return { ...comparable(trial), orders, reports: [...trial.intermediateValues] };
}

const x = float(-1, 1);

const WRITES = {
  run: (storage: Storage, study: StudyRecord, _: Lease, at: number) =>
    storage.createTrial(study, {
      state: 'RUNNING',
      params: [{ name: 'x', value: -0, distribution: x }],
      userAttrs: { at },
    }),
  enqueue: (storage: Storage, study: StudyRecord) =>
    storage.createTrial(study, { state: 'WAITING', systemAttrs: { q: [1] } }),
  start: (storage: Storage, study: StudyRecord, _: Lease, at: number) =>
    storage.startTrial(study, { holder: at % 2 ? HOLDER : null, systemAttrs: { q: at }, atMost: 5 }),
  renew: (storage: Storage, _: StudyRecord, lease: Lease) => storage.renew([lease]),
  params: (storage: Storage, _: StudyRecord, lease: Lease, at: number) =>
    storage.setTrialParams(lease, [
      { name: `${at % 3}`, value: at, distribution: int(0, 9) },
      { name: 'x', value: at / 10, distribution: x },
    ]),
  report: (storage: Storage, _: StudyRecord, lease: Lease, at: number) =>
    storage.setIntermediateValue(lease, 4 - at, at === 3 ? Number.NaN : -at, at % 2 ? { a: at, b: Infinity } : {}),
  attribute: (storage: Storage, _: StudyRecord, lease: Lease, at: number) =>
    storage.setTrialAttrs(lease, at % 2 ? 'user' : 'system', { [`${at % 3}`]: [at, null] }),
  finish: (storage: Storage, _: StudyRecord, lease: Lease, at: number) =>
    storage.finishTrial(lease, at % 2 ? 'COMPLETE' : 'PRUNED', at % 2 ? [-0] : null, { why: { at } }),
  requeue: (storage: Storage, _: StudyRecord, lease: Lease, at: number) =>
    storage.requeueTrial(lease, { keepReportsTo: at % 3 ? at : null, systemAttrs: { q: at % 2 ? null : 2 } }),
};

interface Step {
  readonly who: number;
  readonly write: keyof typeof WRITES;
  readonly trial: number;
  /** Varies the written data. */
  readonly at: number;
  /** The index of the follower that reads. */
  readonly looks: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(1, 1, 2),
  write: fc.constantFrom(...(Object.keys(WRITES) as (keyof typeof WRITES)[])),
  trial: fc.nat(5),
  at: fc.nat(4),
  looks: fc.constantFrom(null, null, 0, 1),
});

/** Expects the refusal of a write to a trial that does not exist, or is not RUNNING. */
function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(HpoError);
  expect(['HPO_TRIAL_STATE', 'HPO_LEASE_LOST', 'HPO_INVALID_ARGUMENT']).toContain((error as HpoError).code);
}
