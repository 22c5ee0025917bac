import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { HpoError } from '../../base/errors.ts';
import { createStudy, float, random, space } from '../../index.ts';
import { leaseOf } from '../../storage/lease.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import type { RunEvent } from '../../study/run-event.ts';
import type { Study } from '../../study/study.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { RunControl } from '../events/run-control.ts';
import type { TrialEnd, TrialOrder, WorkerMethods } from '../wire/protocol.ts';
import { runTrials, type TrialSlot, type TrialsOptions, type TrialWorker } from './run-trials.ts';
import { TrialLimit } from './trial-limit.ts';
import { WorkerDied } from './worker-process.ts';

/** Runs a trial as a worker does. The signal is the one that its objective sees. */
type Runner = (order: TrialOrder, signal: AbortSignal) => Promise<TrialEnd> | TrialEnd;

/** A slot whose worker is a function of this process. */
class LocalSlot implements TrialSlot {
  readonly id: number;
  /** The number of times that its worker was stopped. */
  stops = 0;
  /** The number of times that its worker was needed. */
  needs = 0;
  /** Thrown in place of a worker. */
  problem: Error | undefined;
  readonly #runner: Runner;
  #aborter = new AbortController();
  #die = () => {};

  constructor(id: number, runner: Runner) {
    this.id = id;
    this.#runner = runner;
  }

  async worker(): Promise<TrialWorker> {
    this.needs++;
    if (this.problem !== undefined) throw this.problem;
    const request = (method: keyof WorkerMethods, argument: unknown) =>
      method === 'runTrial' ? this.#runTrial(argument as TrialOrder) : Promise.resolve(this.#aborter.abort(argument));
    return { pid: undefined, request: request as TrialWorker['request'], lastWords: { stderr: 'last words' } };
  }

  async run<T>(_assignment: unknown, task: (worker: TrialWorker) => Promise<T>): Promise<T> {
    return task(await this.worker());
  }

  async stop(): Promise<void> {
    this.stops++;
    this.#die();
  }

  #runTrial(order: TrialOrder): Promise<TrialEnd> {
    const aborter = new AbortController();
    this.#aborter = aborter;
    const end = async () => this.#runner(order, aborter.signal);
    return new Promise((resolve, reject) => {
      this.#die = () => reject(new WorkerDied({ code: null, signal: 'SIGKILL' }, {}));
      end().then(resolve, reject);
    });
  }
}

let storage: MemoryStorage;
let study: Study;
let control: RunControl;
let clock: FakeClock;
let events: RunEvent[];
beforeEach(async () => {
  const declared = space({ x: float(0, 1) });
  storage = new MemoryStorage();
  const options = { name: 'study', space: declared, storage, sampler: random(), seed: 1 };
  study = (await createStudy(options)) as unknown as Study;
  control = new RunControl();
  clock = new FakeClock();
  events = [];
});

const run = (slots: readonly TrialSlot[], options: Partial<TrialsOptions> = {}) =>
  runTrials({
    ...{ study, slots, control, clock, settings: {}, target: 4, stopWhen: undefined },
    ...{ endsAt: Number.POSITIVE_INFINITY, trialTimeoutMs: undefined, trialMemoryMb: undefined },
    emit: (event) => void events.push(event),
    ...options,
  });

const value: Runner = ({ number }) => ({ told: 10 - number });
const slotsOf = (count: number, runner: Runner) => Array.from({ length: count }, (_, id) => new LocalSlot(id, runner));
const states = async () => (await study.trials()).map(({ state }) => state);
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** The events in short. */
const heard = () =>
  events.map((event) => {
    if (event.type === 'trial-finished') return `${event.trial} ${event.state}${event.isBest ? ', the best' : ''}`;
    return 'trial' in event ? `${event.trial} ${event.type}` : event.type;
  });

describe('the trials of a run', () => {
  it('are run until there are as many as wanted, each with an event at its start and at its end', async () => {
    expect(await run(slotsOf(1, value), { target: 3 })).toBeUndefined();
    expect(heard()).toEqual([
      ...['0 trial-started', '0 COMPLETE, the best', '1 trial-started', '1 COMPLETE, the best'],
      ...['2 trial-started', '2 COMPLETE, the best'],
    ]);
    expect(events.at(-1)).toMatchObject({ values: [8], counts: { complete: 3, pruned: 0, failed: 0 } });
    const [trial] = await study.trials();
    expect(events[0]).toMatchObject({ params: trial?.params, worker: 0, attempt: 1 });
  });

  it('are no more than wanted in many slots, which all take part', async () => {
    const workers = new Set<number>();
    let running = 0;
    let most = 0;
    const slots = Array.from({ length: 3 }, (_, id) => {
      const runner: Runner = async (order, signal) => {
        workers.add(id);
        most = Math.max(most, ++running);
        await turn();
        running--;
        return value(order, signal);
      };
      return new LocalSlot(id, runner);
    });
    await run(slots, { target: 7 });
    expect(await states()).toEqual(Array(7).fill('COMPLETE'));
    expect([workers.size, most]).toEqual([3, 3]);
  });

  it('start no more workers than trials are missing, and further ones when more are wanted', async () => {
    const slots = slotsOf(3, async (order, signal) => {
      if (order.number === 1) {
        expect(slots.map(({ needs }) => needs > 0)).toEqual([true, true, false]);
        control.setTarget(4);
        while (slots.some(({ needs }) => needs === 0)) await clock.advance(500);
      }
      return value(order, signal);
    });
    await run(slots, { target: 2 });
    expect(await states()).toEqual(Array(4).fill('COMPLETE'));
  });

  it('are not begun where another process has finished enough of them meanwhile', async () => {
    await study.optimize(() => 1, { trials: 4 });
    expect(await run(slotsOf(2, value), { target: 4 })).toBeUndefined();
    expect(await states()).toHaveLength(4);
  });

  it('are given their parameters, the settings of the run and the seed of the study', async () => {
    const orders: TrialOrder[] = [];
    const runner: Runner = (order) => {
      orders.push(order);
      return { told: 'PRUNED' };
    };
    await run(slotsOf(1, runner), { target: 1, settings: { epochs: 3 } });
    const [trial] = await study.trials();
    const checkpoints = await study.checkpoints.startOf(trial as FrozenTrial, study.directions);
    expect(orders).toEqual([
      { number: 0, params: trial?.params, settings: { epochs: 3 }, studySeed: study.seed, attempt: 1, checkpoints },
    ]);
    expect(trial?.state).toBe('PRUNED');
  });

  it('fail where their worker dies, with its last words', async () => {
    let deaths = 0;
    const [slot] = slotsOf(1, (order, signal) => {
      if (order.number > 0) return value(order, signal);
      deaths++;
      throw new WorkerDied({ code: 3, signal: null }, { stderr: 'no room' });
    });
    await run([slot as LocalSlot], { target: 2 });
    expect([deaths, await states()]).toEqual([1, ['FAIL', 'COMPLETE']]);
    const failure = { name: 'WorkerDied', message: 'The worker process exited with code 3.', stderr: 'no room' };
    expect(events[1]).toMatchObject({ state: 'FAIL', failure });
  });

  it('fail where they take longer than their limit, whatever they end with', async () => {
    const runner: Runner = ({ number }, signal) => {
      if (number > 0) return { told: 1 };
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ told: 2 }));
      });
    };
    await run(slotsOf(1, runner), { target: 2, trialTimeoutMs: 1_000 });
    expect(await states()).toEqual(['FAIL', 'COMPLETE']);
    const message = 'The trial took longer than its limit of 1 s.';
    expect(events[1]).toMatchObject({ failure: { name: 'TimeLimit', message, stderr: 'last words' } });
  });

  it.each<[string, Runner]>([
    ['ends', value],
    ['is handed back', () => new Promise(() => control.stop.abort())],
  ])('are lost where another process has them when one %s', async (_, runner) => {
    const [slot] = slotsOf(1, async (order, signal) => {
      const trial = (await storage.trial(study.record, order.number)) as FrozenTrial;
      await storage.requeueTrial(leaseOf(study.record, trial), { keepReportsTo: null });
      await storage.startTrial(study.record, { holder: { id: 'another', graceMs: 60_000, process: null } });
      control.stop.drain();
      return runner(order, signal);
    });
    await run([slot as LocalSlot]);
    expect(heard()).toEqual(['0 trial-started', '0 trial-lost']);
    expect(events[1]).toMatchObject({ reason: expect.stringContaining('was taken back from this process') });
    expect(await states()).toEqual(['RUNNING']);
  });

  it('end the run where they fail in a row for the same reason', async () => {
    const failure = { name: 'Error', message: 'no data' };
    expect(
      await run(
        slotsOf(1, () => ({ told: 'FAIL', failure })),
        { target: 50 },
      ),
    ).toEqual(failure);
    expect(await states()).toEqual(Array(10).fill('FAIL'));
  });

  it('leave their worker where they have lost its backend, and only then', async () => {
    const slots = slotsOf(1, (order) => ({ told: order.number, isBackendLost: order.number === 1 }));
    await run(slots, { target: 3 });
    expect(slots[0]?.stops).toBe(1);
  });
});

describe('a run that is', () => {
  it('drained starts no further trial, and lets the running ones finish', async () => {
    const runner: Runner = async (order, signal) => {
      if (order.number === 1) control.stop.drain();
      await turn();
      return value(order, signal);
    };
    await run(slotsOf(2, runner), { target: 9 });
    expect(await states()).toEqual(['COMPLETE', 'COMPLETE']);
  });

  it('aborted hands its running trials back, and says so', async () => {
    const runner: Runner = async ({ number }) => {
      if (number === 1) control.stop.abort();
      return new Promise<never>(() => undefined); // it never ends by itself
    };
    await run(slotsOf(2, runner));
    expect(await states()).toEqual(['WAITING', 'WAITING']);
    expect(heard().toSorted()).toEqual([
      ...['0 trial-requeued', '0 trial-started', '1 trial-requeued', '1 trial-started'],
    ]);
    expect(events.at(-1)).toMatchObject({ reason: 'stopped' });
  });

  it('paused starts no trial until it goes on', async () => {
    control.pause(true);
    const running = run(slotsOf(2, value), { target: 2 });
    await clock.advance(60_000);
    expect(events).toEqual([]);
    control.pause(false);
    await clock.advance(500);
    await running;
    expect(await states()).toEqual(['COMPLETE', 'COMPLETE']);
  });

  it('given another number of trials has as many in the end', async () => {
    const runner: Runner = (order, signal) => {
      if (order.number === 1) control.setTarget(6);
      return value(order, signal);
    };
    await run(slotsOf(1, runner), { target: 3 });
    expect((await states()).length).toBe(6);
  });

  it('out of time starts no further trial', async () => {
    const runner: Runner = async (order, signal) => {
      await clock.advance(1_000);
      return value(order, signal);
    };
    await run(slotsOf(1, runner), { target: 9, endsAt: 2_500 });
    expect((await states()).length).toBe(3);
  });

  it('limited to a number of trials starts no more, in however many slots', async () => {
    for (const [slots, all] of [
      [1, 3],
      [2, 6],
      [4, 9],
    ] as const) {
      const limit = new TrialLimit(3);
      await run(slotsOf(slots, value), { target: 20, limit });
      expect(limit.isReached).toBe(true);
      expect(await states()).toEqual(Array(all).fill('COMPLETE'));
    }
  });

  it('limited to a number of trials does not count those that it only waits for', async () => {
    const limit = new TrialLimit(1);
    const other = await study.ask({ owned: false });
    await run(slotsOf(1, value), { target: 1, limit, ask: async () => undefined });
    expect(limit.isReached).toBe(false);
    await study.tell(other, 1);
    await run(slotsOf(1, value), { target: 2, limit });
    expect(limit.isReached).toBe(true);
  });

  it('follows a target that changes while it runs', async () => {
    let looks = 0;
    const lookAtTarget = async () => {
      if (++looks === 2) control.setTarget(5);
    };
    await run(slotsOf(1, value), { target: 2, lookAtTarget });
    expect((await states()).length).toBe(5);
  });

  it('ended by a rule of its study starts no further trial', async () => {
    await run(slotsOf(1, value), { target: 9, stopWhen: { value: 8 } });
    expect((await states()).length).toBe(3);
  });
});

describe('a worker that cannot be started', () => {
  const problem = new HpoError('HPO_WORKER', 'A worker could not start.');

  it('is given up while others go on', async () => {
    const slots = slotsOf(2, value);
    (slots[0] as LocalSlot).problem = problem;
    await run(slots, { target: 3 });
    expect(await states()).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
    const message = 'A worker could not start. Worker 0 is given up; the other workers go on.';
    expect(events.filter(({ type }) => type === 'warning')).toEqual([{ type: 'warning', message }]);
  });

  it('is not missed where there are enough trials by then', async () => {
    const slots: readonly LocalSlot[] = slotsOf(1, (order, signal) => {
      (slots[0] as LocalSlot).problem = problem;
      control.setTarget(1);
      return value(order, signal);
    });
    expect(await run(slots, { target: 3 })).toBeUndefined();
    expect(await states()).toEqual(['COMPLETE']);
  });

  it('leaves its trials to a slot that was not needed before', async () => {
    const slots = slotsOf(2, value);
    (slots[0] as LocalSlot).problem = problem;
    const running = run(slots, { target: 1 });
    while (!events.some(({ type }) => type === 'trial-finished')) await clock.advance(500);
    await running;
    expect(await states()).toEqual(['COMPLETE']);
  });

  it('ends the run where it is the last one, and costs no trial', async () => {
    const slots = slotsOf(2, value);
    for (const slot of slots) slot.problem = problem;
    await expect(run(slots)).rejects.toBe(problem);
    expect(await states()).toEqual([]);
    expect(slots.map(({ stops }) => stops)).toEqual([1, 1]);
  });
});
