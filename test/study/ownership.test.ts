import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createStudy, float, type Sampler, type Study, space } from '../../src/index.ts';
import { nop } from '../../src/pruner/index.ts';
import { random } from '../../src/sampler/index.ts';
import { openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import { heldLease, leaseOf } from '../../src/storage/lease.ts';
import { StoredHistory } from '../../src/study/stored-history.ts';
import { Study as OpenStudy } from '../../src/study/study.ts';
import type { Taken } from '../../src/study/study-right.ts';
import { expectError } from '../../src/testing/storage/expectations.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const GRACE_MS = 120_000;
const line = space({ x: float(-1, 1) });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const each of opened.splice(0)) await each.close();
});

const newDatabase = () => join(tempFolder(), 'studies.db');

async function open(database: string): Promise<Storage> {
  const storage = await openStorage(database, { create: true });
  opened.push(storage);
  return storage;
}

let holders = 0;

/** A coordinator of the study `s` whose process is unknown, as on another machine, with a clock of its own. */
async function coordinator(database: string, retries = 2, sampler: Sampler = random()) {
  const storage = await open(database);
  const systemAttrs = { 'hpo:seed': 1 };
  const record = await storage.createStudy({ name: 's', directions: ['minimize'], systemAttrs }, 'load');
  const clock = new FakeClock();
  const history = new StoredHistory(storage, record, line);
  const holder = { id: `holder ${++holders}`, graceMs: GRACE_MS, process: null };
  const parts = { record, storage, space: line, sampler, pruner: nop(), seed: 1 };
  const study = new OpenStudy({ ...parts, retries, history, clock, holder });
  return { study, clock, storage, record, holder };
}

const states = async (study: Pick<Study, 'trials'>) => (await study.trials()).map(({ state }) => state);

describe('a trial whose process has died twice', () => {
  /** A study with a finished trial 0, and trial 1 that has died so often. */
  async function died(deaths: number) {
    const one = await coordinator(newDatabase(), 9);
    await one.study.tell(await one.study.ask(), 1);
    const attempts = Array.from({ length: deaths }, (_, at) => ({ attempt: at + 1, startedAt: null, end: 'died' }));
    const systemAttrs = { 'hpo:attempts': attempts, 'hpo:attempt': deaths + 1 };
    await one.storage.createTrial(one.record, { state: 'WAITING', systemAttrs });
    const paused: string[] = [];
    one.study.onPaused(({ trial: { number }, pauseMs }) => paused.push(`${number}: ${pauseMs}`));
    const next = async (asker: string, target = 4) => {
      const trial = await one.study.askUntil(target, { asker });
      return typeof trial === 'object' ? trial.number : trial;
    };
    return { ...one, paused, next };
  }

  it('is run again after a pause, by the worker that came first; the others go on, and the target stays exact', async () => {
    const { study, clock, paused, next } = await died(2);
    expect([await next('a'), await next('b'), await next('a'), await next('c')]).toEqual([
      'elsewhere',
      2,
      'elsewhere',
      3,
    ]);
    expect(await next('d')).toBe('elsewhere'); // the fourth trial is the one that waits
    expect(paused).toEqual(['1: 5000']);
    await clock.advance(4_999);
    expect(await next('a')).toBe('elsewhere');
    await clock.advance(1);
    expect([await next('a'), await next('d')]).toEqual([1, undefined]);
    for (const number of [1, 2, 3]) await study.tell(number, number);
    expect(await states(study)).toEqual(Array(4).fill('COMPLETE'));
  });

  it('keeps its place in a run with one worker', async () => {
    const { clock, next } = await died(3);
    expect([await next('a'), await next('a')]).toEqual(['elsewhere', 'elsewhere']);
    await clock.advance(10_000);
    expect([await next('a'), await next('a')]).toEqual([1, 2]);
  });

  it('does not wait after its first death', async () => {
    const { paused, next } = await died(1);
    expect([await next('a'), paused]).toEqual([1, []]);
  });

  it('waits as well if this coordinator has taken it back itself', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database, 9), await coordinator(database, 9)];
    for (const [dying, other] of [
      [one, two],
      [two, one],
    ] as const) {
      await dying.study.ask();
      await other.study.recover();
      await other.clock.advance(GRACE_MS);
      expect(await other.study.recover()).toHaveLength(1);
    }
    expect(await one.study.askUntil(5)).toBe('elsewhere');
  });
});

describe('a coordinator that does not respond', () => {
  it('keeps its trial as long as its lease is renewed, and loses it after the grace time', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const trial = await one.study.ask();
    expect(await two.study.recover()).toEqual([]);
    for (let minutes = 0; minutes < 5; minutes++) {
      await one.clock.advance(60_000);
      await two.clock.advance(60_000);
      expect(await two.study.recover()).toEqual([]);
    }
    await two.clock.advance(GRACE_MS - 1);
    expect(await two.study.recover()).toEqual([]);
    await two.clock.advance(1);
    expect(await two.study.recover()).toMatchObject([{ trial: { number: 0 }, state: 'WAITING' }]);

    expect(trial.loss.signal.aborted).toBe(false);
    await expectError(trial.report(1, 1), 'HPO_LEASE_LOST');
    expect(trial.loss.signal.aborted).toBe(true);
    const again = await two.study.ask();
    expect(again).toMatchObject({ number: 0, attempt: 2, params: trial.params });
    for (const write of [
      () => one.study.tell(trial, 1),
      () => one.study.tell(0, 1),
      () => one.study.requeue(trial),
      () => trial.report(1, 2),
      () => trial.setUserAttr('k', 1),
      () => trial.suggestFloat('y', 0, 1),
    ]) {
      await expectError(write(), 'HPO_LEASE_LOST');
    }
    const { trial: finished } = await two.study.tell(again, 2);
    expect(finished).toMatchObject({ values: [2], params: trial.params, userAttrs: {} });
    expect(finished.intermediateValues.size).toBe(0);
  });

  it('learns by its next heartbeat that a trial is lost, and keeps the others', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const [lost, kept] = [await one.study.ask(), await one.study.ask()];
    const stranger = await open(database);
    await stranger.requeueTrial(leaseOf(one.record, (await one.study.trials())[0] as FrozenTrial), {
      keepReportsTo: null,
    });
    await two.study.ask();
    await one.clock.advance(GRACE_MS / 6);
    expect([lost.loss.signal.aborted, kept.loss.signal.aborted]).toEqual([true, false]);
    await one.study.tell(kept, 1);
    await one.clock.advance(GRACE_MS / 6);
    expect(one.clock.timers).toBe(0);
    const third = await one.study.ask();
    expect(one.clock.timers).toBe(1);
    await one.study.tell(third, 1);
    await one.clock.advance(GRACE_MS / 6);
    expect(one.clock.timers).toBe(0);
  });

  it('is not judged by the time of day', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01') });
    await one.study.ask();
    await two.study.recover();
    for (const now of ['2030-01-03', '2020-01-01', '2040-01-01']) {
      vi.setSystemTime(new Date(now));
      expect(await two.study.recover()).toEqual([]);
    }
    await two.clock.advance(GRACE_MS);
    expect(await two.study.recover()).toHaveLength(1);
  });

  it('may come back just as its trial is taken: then it keeps it', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const trial = await one.study.ask();
    await two.study.recover();
    await two.clock.advance(GRACE_MS);
    const changesSince = two.storage.changesSince.bind(two.storage);
    two.storage.changesSince = async (...args) => {
      const changes = await changesSince(...args);
      await one.clock.advance(GRACE_MS / 6); // it renews its lease after the other has looked
      return changes;
    };
    expect(await two.study.recover()).toEqual([]);
    await one.study.tell(trial, 1);
    expect(await states(one.study)).toEqual(['COMPLETE']);
  });
});

describe('an attempt at a trial', () => {
  it('that was handed back writes nothing to the next one, in the same process either', async () => {
    const { study } = await coordinator(newDatabase());
    const former = await study.ask();
    await study.requeue(former);
    const next = await study.ask();
    expect([next.number, next.attempt]).toEqual([former.number, 2]);
    await expectError(former.report(1, 1), 'HPO_LEASE_LOST');
    await expectError(study.tell(former, 5), 'HPO_LEASE_LOST');
    await expectError(study.requeue(former), 'HPO_LEASE_LOST');
    expect(former.loss.signal.aborted).toBe(true);
    expect(next.loss.signal.aborted).toBe(false);
    expect((await study.tell(next, 6)).trial.values).toEqual([6]);
  });

  it('that was taken back unnoticed, and started again here, is marked as lost', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const former = await one.study.ask();
    await two.study.recover();
    await two.clock.advance(GRACE_MS);
    await two.study.recover();
    const next = await one.study.ask(); // before its heartbeat could find out
    expect([next.number, next.attempt]).toEqual([former.number, 2]);
    expect(former.loss.signal.aborted).toBe(true);
    await expectError(one.study.tell(former, 5), 'HPO_LEASE_LOST');
    await one.clock.advance(GRACE_MS / 6);
    expect(next.loss.signal.aborted).toBe(false);
    expect((await one.study.tell(next, 6)).trial.values).toEqual([6]);
  });

  it('that is lost while its sampler works is not a failure: another trial is started', async () => {
    const database = newDatabase();
    const two = await coordinator(database);
    let calls = 0;
    const slow: Sampler = {
      name: 'slow',
      async start(history, trial) {
        if (++calls === 1) {
          await two.study.recover();
          await two.clock.advance(GRACE_MS);
          await two.study.recover();
          expect((await two.study.ask()).number).toBe(0);
        }
        return random().start(history, trial);
      },
      sample: (...args) => random().sample(...args),
    };
    const one = await coordinator(database, 2, slow);
    expect((await one.study.ask()).number).toBe(1);
    expect(await states(one.study)).toEqual(['RUNNING', 'RUNNING']);
  });

  it('goes back to WAITING when its study is closed', async () => {
    const database = newDatabase();
    const { study } = await coordinator(database);
    const [first, second] = [await study.ask(), await study.ask()];
    await study.tell(first, 1);
    await study.ask({ owned: false });
    await study.close();
    const next = await coordinator(database);
    expect(await states(next.study)).toEqual(['COMPLETE', 'WAITING', 'RUNNING']);
    expect(await next.study.askUntil(2)).toMatchObject({ number: second.number, params: second.params, attempt: 2 });
  });
});

describe('a trial that takes its process down', () => {
  it('is run again as often as `retries` allows, then it fails with the history of its attempts', async () => {
    const database = newDatabase();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const doomed = await coordinator(database);
      expect(await doomed.study.ask()).toMatchObject({ number: 0, attempt });
      const heir = await coordinator(database);
      await heir.study.recover();
      await heir.clock.advance(GRACE_MS);
      const taken = await heir.study.recover();
      expect(taken.map(({ state }) => state)).toEqual([attempt <= 2 ? 'WAITING' : 'FAIL']);
    }
    const { study } = await coordinator(database);
    const [trial] = await study.trials();
    expect(trial).toMatchObject({
      state: 'FAIL',
      systemAttrs: {
        'hpo:error': { name: 'HolderDied', message: expect.stringMatching(/died each of the 3 times.*--retries 2/) },
        'hpo:attempts': [1, 2, 3].map((attempt) => ({ attempt, end: 'died', startedAt: expect.any(String) })),
      },
    });
    expect((await study.ask()).number).toBe(1);
  });

  it('is given up at once with `retries` 0, and a trial that was handed back is not counted', async () => {
    const database = newDatabase();
    const one = await coordinator(database, 0);
    for (let handed = 0; handed < 3; handed++) await one.study.requeue(await one.study.ask());
    expect(await one.study.ask()).toMatchObject({ number: 0, attempt: 4 });
    const two = await coordinator(database, 0);
    await two.study.recover();
    await two.clock.advance(GRACE_MS);
    expect(await two.study.recover()).toMatchObject([{ state: 'FAIL', failure: { name: 'HolderDied' } }]);
  });
});

describe('coordinators of one study', () => {
  it('start the wanted number of trials together', async () => {
    const database = newDatabase();
    const studies = await Promise.all(Array.from({ length: 5 }, async () => (await coordinator(database)).study));
    const asked = await Promise.all(studies.flatMap((study) => [study.askUntil(7), study.askUntil(7)]));
    const trials = asked.filter((trial) => typeof trial === 'object');
    expect(trials.map(({ number }) => number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(asked.filter((trial) => trial === 'elsewhere')).toHaveLength(3);
    for (const [at, trial] of asked.entries()) {
      if (typeof trial === 'object') await studies[Math.floor(at / 2)]?.tell(trial, 1);
    }
    expect(await studies[0]?.askUntil(7)).toBeUndefined();
  });

  it('ask again when the trials of others come back', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const held = await two.study.ask();
    const startTrial = one.storage.startTrial.bind(one.storage);
    let isFirst = true;
    one.storage.startTrial = async (...args) => {
      const started = await startTrial(...args);
      if (isFirst) await two.study.requeue(held); // just after there was nothing to start
      isFirst = false;
      return started;
    };
    expect(await one.study.askUntil(1)).toBe('elsewhere');
    expect(await one.study.askUntil(1)).toMatchObject({ number: 0, attempt: 2 });
    expect(await one.study.askUntil(1)).toBeUndefined(); // it runs here
    expect(await two.study.askUntil(1)).toBe('elsewhere');
  });

  it('enqueue the same parameters once', async () => {
    const database = newDatabase();
    const studies = [(await coordinator(database)).study, (await coordinator(database)).study];
    const enqueued = await Promise.all(
      [0.25, 0.5, 0.25, 0.25].flatMap((x) => studies.map((study) => study.enqueue({ x }, { skipIfExists: true }))),
    );
    expect(enqueued.filter((trial) => trial !== undefined)).toHaveLength(2);
  });

  it('agree on the seed, the settings and the token of a study that Optuna has begun', async () => {
    const database = newDatabase();
    const first = await open(database);
    const bare = (await first.createStudy({ name: 's', directions: ['minimize'] })) as StudyRecord;
    await first.setStudyAttr(bare, 'system', 'hpo:token', undefined);
    const storages = [first, await open(database), await open(database)];
    const studies = await Promise.all(
      storages.map((storage) => createStudy({ name: 's', storage, space: line, ifExists: 'load' })),
    );
    const [record] = await first.listStudies();
    for (const study of studies) {
      expect(study.seed).toBe(record?.systemAttrs['hpo:seed']);
      expect(study.record.token).toBe(record?.token);
    }
    const settings = [{ epochs: 1 }, { epochs: 2 }];
    const continued = await Promise.allSettled(
      settings.map((each, at) =>
        createStudy({ name: 's', storage: storages[at] as Storage, space: line, ifExists: 'load', settings: each }),
      ),
    );
    expect(continued.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('make a study once, all of them', async () => {
    const database = newDatabase();
    await open(database);
    const studies = await Promise.all(
      Array.from({ length: 6 }, async () =>
        createStudy({ name: 's', storage: await open(database), space: line, ifExists: 'load' }),
      ),
    );
    expect(new Set(studies.map(({ record }) => record.token)).size).toBe(1);
    expect(new Set(studies.map(({ seed }) => seed)).size).toBe(1);
  });

  it('conclude it one at a time, and after a dead one', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const [first, second] = [one.study.conclusion(), two.study.conclusion()];
    expect(await first.take()).toBe('ours');
    const waits: string[] = [];
    /** Advances both clocks in turns until an attempt to take the right has its answer. */
    const answered = async (taking: Promise<Taken>, clocks: readonly FakeClock[]) => {
      let answer: Taken | undefined;
      void taking.then((given) => {
        answer = given;
      });
      for (let seconds = 0; seconds < 300 && answer === undefined; seconds++) {
        for (const clock of clocks) await clock.advance(1000);
      }
      return answer;
    };
    const onWait = ({ holder }: { readonly holder: string }) => waits.push(holder);
    const clocks = [one.clock, two.clock];
    // The holder renews it, which is seen within a renewal, and keeps it.
    expect(await answered(second.take({ onWait }), clocks)).toMatchObject({ holder: { holder: one.holder.id } });
    expect(waits).toEqual([one.holder.id]);
    expect(await second.take({ isOver: () => true })).toBe('unknown');
    await first.release();
    expect(await second.take()).toBe('ours');
    expect(await second.confirm()).toBe(true);
    // The holder does not respond: another one, which never saw it before, has the right after the grace time.
    const three = await coordinator(database);
    const third = three.study.conclusion();
    expect(await answered(third.take({ onWait }), [three.clock])).toBe('ours');
    expect(three.clock.now()).toBeGreaterThanOrEqual(GRACE_MS);
    expect(second.loss.reason).toBeUndefined();
    await two.clock.advance(GRACE_MS / 6); // the former holder learns that it has lost it, and takes nothing away
    expect(second.loss.signal.aborted).toBe(true);
    expect(await second.confirm()).toBe(false);
    await second.release();
    expect(await third.confirm()).toBe(true);
    await third.release({ count: 1 });
    const last = (await coordinator(database)).study.conclusion();
    expect(await last.take()).toBe('ours');
    expect(last.note).toEqual({ count: 1 });
    await last.release();
    expect((await one.study.systemAttrs())['hpo:conclusion']).toBeUndefined();
  });
});

describe('a study that is deleted while it is open', () => {
  it('takes nothing from then on, and neither does another study in its place', async () => {
    const database = newDatabase();
    const old = await coordinator(database);
    const trial = await old.study.ask();
    await trial.report(1, 1);
    const unheld = await old.study.ask({ owned: false });
    const other = await open(database);
    await other.deleteStudy(old.record);
    const later = await coordinator(database);
    const fresh = await later.study.ask();
    expect(fresh.number).toBe(trial.number);
    await later.study.ask({ owned: false }); // in the row of the one that nobody held
    for (const use of [
      () => trial.report(2, 2),
      () => old.study.tell(trial, 1),
      () => unheld.report(1, 1),
      () => old.study.tell(unheld, 42),
      () => old.study.tell(unheld.number, 42),
      () => old.study.ask(),
      () => old.study.askUntil(9),
      () => old.study.enqueue({ x: 0 }),
      () => old.study.enqueue({ x: 0 }, { skipIfExists: true }),
      () => old.study.setUserAttr('k', 1),
      () => old.study.trials(),
      () => old.study.recover(),
      () => old.study.conclusion().take(),
    ]) {
      await expectError(use(), 'HPO_STUDY_NOT_FOUND');
    }
    expect((await later.study.trials()).map(({ state }) => state)).toEqual(['RUNNING', 'RUNNING']);
    expect(await later.study.userAttrs()).toEqual({});
    for (const each of await later.study.trials()) expect(each.intermediateValues.size).toBe(0);
    await later.study.tell(fresh, 3);
  });
});

describe('Study.optimize', () => {
  it('ends the objective of a trial that is lost, drops its outcome, and waits for the other process', async () => {
    const database = newDatabase();
    const [one, two] = [await coordinator(database), await coordinator(database)];
    const told: number[] = [];
    let ended = 0;
    const running = one.study.optimize(
      async ({ trial, signal, params }) => {
        if (trial.number > 0) return params.x;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended++;
        return 99;
      },
      { trials: 3, concurrency: 2, onTrial: ({ trial }) => told.push(trial.number) },
    );
    await vi.waitFor(async () => expect(await states(two.study)).toEqual(['RUNNING', 'COMPLETE', 'COMPLETE']));
    await two.study.recover();
    await two.clock.advance(GRACE_MS);
    const taken = await two.study.ask();
    await one.clock.advance(GRACE_MS / 6);
    await vi.waitFor(() => expect(ended).toBe(1));
    await two.study.tell(taken, 5);
    await running;
    expect(told.sort()).toEqual([1, 2]);
    expect((await one.study.trials())[0]).toMatchObject({ state: 'COMPLETE', values: [5] });
    expect(heldLease((await one.study.trials())[0]?.systemAttrs ?? {})?.holder).toBe(two.holder.id);
  });
});
