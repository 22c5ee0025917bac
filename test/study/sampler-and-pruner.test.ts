import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  bruteForce,
  categorical,
  createStudy,
  defineStudy,
  type FrozenTrial,
  float,
  grid,
  type History,
  hyperband,
  int,
  loadStudy,
  median,
  nop,
  type ParamValue,
  type Pruner,
  percentile,
  random,
  type Sampler,
  type StudyShape,
  space,
  TrialPruned,
  tpe,
  variant,
} from '../../src/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const mixed = space({ x: float(0, 1), n: int(1, 9), act: categorical(['relu', 'tanh']) });

const storages = [
  ['in memory', () => 'memory:'],
  ['in SQLite', () => join(memoryFolder(), 'studies.db')],
] as const;

/** A sampler with these methods, and those of `random()` for the rest. */
function samplerWith(own: Partial<Sampler>): Sampler {
  const fresh = random();
  return {
    name: 'own',
    start: (history, trial) => fresh.start(history, trial),
    sample: (history, trial, name, distribution) => fresh.sample(history, trial, name, distribution),
    ...own,
  };
}

const prunerWith = (own: Partial<Pruner>): Pruner => ({ name: 'own', judge: () => false, ...own });
const numbers = ({ trials }: History) => trials.map(({ number }) => number);

describe.each(storages)('a sampler, %s', (_, storage) => {
  it('may take its time, and stores attributes with its parameters', async () => {
    const sampler = samplerWith({
      async start(history, trial) {
        const generation = Math.floor(history.trials.length / 2);
        await setImmediate();
        return {
          params: new Map<string, ParamValue>([
            ['x', trial.rng('own').uniform()],
            ['n', 99], // not a value of its distribution
            ['other', 1],
          ]),
          attrs: { 'own:generation': generation, 'own:parents': [1, 2] },
        };
      },
      async sample(history, trial, name, distribution) {
        await setImmediate();
        return random().sample(history, trial, name, distribution);
      },
    });
    const study = await createStudy({ name: 's', space: mixed, storage: storage(), sampler, seed: 3 });
    await study.optimize(({ params }) => params.x, { trials: 4, concurrency: 2 });
    const trials = await study.trials();
    const independent = await createStudy({ name: 's', space: mixed, storage: 'memory:', sampler: random(), seed: 3 });
    await independent.optimize(({ params }) => params.x, { trials: 4 });
    for (const [number, trial] of (await independent.trials()).entries()) {
      const { x, ...others } = trials[number]?.params ?? {};
      expect({ x: 0, ...others }).toEqual({ ...trial.params, x: 0 });
      expect(mixed.distributions.x?.contains(x)).toBe(true);
      expect(trials[number]?.systemAttrs).toMatchObject({
        'own:generation': expect.any(Number),
        'own:parents': [1, 2],
      });
    }
    expect(new Set(trials.map(({ params }) => params.x)).size).toBe(4);
    await study.close();
  });

  it('sees the values that a trial has: enqueued ones, and those chosen before', async () => {
    const seen: [string, object][] = [];
    const sampler = samplerWith({
      start(_history, { params }) {
        seen.push(['start', params]);
        return { params: new Map([['x', 0.5]]) };
      },
      sample(_history, { params }, name) {
        seen.push([name, params]);
        return name === 'mode' ? 'slow' : 7;
      },
    });
    const conditional = space({ x: float(0, 1), mode: variant({ fast: {}, slow: { n: int(1, 9), m: int(7, 8) } }) });
    const study = await createStudy({ name: 's', space: conditional, storage: storage(), sampler });
    await study.enqueue({ mode: { kind: 'slow', m: 8 } } as never);
    expect((await study.ask()).params).toEqual({ x: 0.5, mode: { kind: 'slow', n: 7, m: 8 } });
    expect((await study.ask()).params).toEqual({ x: 0.5, mode: { kind: 'slow', n: 7, m: 7 } });
    const enqueued = { mode: 'slow', 'mode.slow.m': 8 };
    expect(seen).toEqual([
      ['start', enqueued],
      ['mode.slow.n', { ...enqueued, x: 0.5 }],
      ['start', {}],
      ['mode', { x: 0.5 }],
      ['mode.slow.n', { x: 0.5, mode: 'slow' }],
      ['mode.slow.m', { x: 0.5, mode: 'slow', 'mode.slow.n': 7 }],
    ]);
    await study.close();
  });

  it('leaves a trial that is started again its parameters and its attributes, and sees what it saw at first', async () => {
    let attempt = 0;
    const started: object[] = [];
    const sampler = samplerWith({
      start(history, { params }) {
        started.push([params, history.trials.map(({ state }) => state)]);
        attempt++;
        return { params: new Map([['n', attempt]]), attrs: { 'own:attempt': attempt, [`own:${attempt}`]: true } };
      },
    });
    const study = await createStudy({ name: 's', space: mixed, storage: storage(), sampler });
    const first = await study.ask();
    await study.tell(await study.ask(), 1);
    await study.requeue(first);
    attempt = 1;
    const again = await study.ask();
    expect(again.params).toEqual(first.params);
    expect(started[2]).toEqual(started[0]);
    expect(started[0]).toEqual([{}, ['RUNNING']]);
    expect((await study.trials())[0]?.systemAttrs).toMatchObject({
      'own:attempt': 1,
      'own:1': true,
      'own:2': true,
    });
    await study.close();
  });

  const fails = () => {
    throw new RangeError('no draw');
  };
  it.each<[string, Partial<Sampler>]>([
    ['throws at the start', { start: fails }],
    ['rejects at the start', { start: async () => fails() }],
    ['rejects later', { sample: async () => fails() }],
    ['gives a value that is none', { sample: () => 'nothing' }],
  ])('that %s fails that trial alone', async (_name, wrong) => {
    const [good, bad] = [samplerWith({}), samplerWith(wrong)];
    const of = (number: number) => (number === 1 ? bad : good);
    const sampler = samplerWith({
      start: (history, trial) => of(trial.number).start(history, trial),
      sample: (history, trial, ...question) => of(trial.number).sample(history, trial, ...question),
    });
    const study = await createStudy({ name: 's', space: mixed, storage: storage(), sampler });
    await study.tell(await study.ask(), 1);
    await expect(study.ask()).rejects.toThrow();
    await study.tell(await study.ask(), 3);
    expect((await study.trials()).map(({ state }) => state)).toEqual(['COMPLETE', 'FAIL', 'COMPLETE']);
    await study.close();
  });

  it('starts a trial once, however many parameters its objective asks for at once', async () => {
    let starts = 0;
    const sampler = samplerWith({
      async start() {
        starts++;
        await setImmediate();
        return { params: new Map([['a', 0.25]]) };
      },
      async sample(_history, { params }) {
        await setImmediate();
        return (Object.keys(params).length + 1) / 10;
      },
    });
    const at = storage();
    const study = await createStudy({ name: 's', storage: at, sampler });
    const trial = await study.ask();
    const ask = (name: string) => trial.suggestFloat(name, 0, 1);
    expect(await Promise.all(['b', 'a', 'c', 'b'].map(ask))).toEqual([0.1, 0.25, 0.3, 0.1]);
    expect(starts).toBe(1);
    await study.close();
  });
});

describe.each(storages)('a pruner, %s', (_, storage) => {
  it('may take its time, and stores attributes with the trial, each in place of the former', async () => {
    const pruner = prunerWith({
      async judge(history, trial) {
        const others = history.trials.length - 1;
        await setImmediate();
        const reports = trial.intermediateValues.size;
        return { prune: others === 1 && reports === 2, attrs: { 'own:rung': reports, [`own:${reports}`]: null } };
      },
    });
    const study = await createStudy({ name: 's', space: mixed, storage: storage(), pruner });
    await study.optimize(
      async ({ trial }) => {
        for (const step of [1, 2, 3]) {
          await trial.report(step, step);
          if (await trial.shouldPrune()) throw new TrialPruned();
        }
        return 0;
      },
      { trials: 3 },
    );
    const trials = await study.trials();
    expect(trials.map(({ state, systemAttrs }) => [state, systemAttrs['own:rung']])).toEqual([
      ['COMPLETE', 3],
      ['PRUNED', 2],
      ['COMPLETE', 3],
    ]);
    expect(Object.keys(trials[1]?.systemAttrs ?? {})).toEqual(expect.arrayContaining(['own:1', 'own:2']));
    await study.close();
  });

  it('names the trials that compete: it and the sampler see these alone', async () => {
    const seen: (readonly [string, number, readonly number[]])[] = [];
    const sampler = samplerWith({
      start(history, { number }) {
        seen.push(['start', number, numbers(history)]);
        return { params: new Map() };
      },
      sample(history, { number }) {
        seen.push(['sample', number, numbers(history)]);
        return 0.5;
      },
    });
    const bracketOf = (number: number) => number % 2;
    const pruner = prunerWith({
      peers: (history, { number }) =>
        history.part(`bracket ${bracketOf(number)}`, (trial) => bracketOf(trial.number) === bracketOf(number)),
      judge(history, { number }) {
        seen.push(['judge', number, numbers(history)]);
        return false;
      },
    });
    const study = await createStudy({
      name: 's',
      space: space({ x: float(0, 1) }),
      storage: storage(),
      sampler,
      pruner,
    });
    for (let number = 0; number < 4; number++) {
      const trial = await study.ask();
      await trial.shouldPrune();
      await study.tell(trial, number);
    }
    const late = await study.ask();
    await late.suggestFloat('y', 0, 1);
    expect(seen).toEqual([
      ...[0, 1, 2, 3].flatMap((number) => {
        const bracket = number < 2 ? [number] : [number - 2, number];
        return ['start', 'sample', 'judge'].map((call) => [call, number, bracket]);
      }),
      ...['start', 'sample', 'sample'].map((call) => [call, 4, [0, 2, 4]]),
    ]);
    await study.close();
  });

  it('that rejects fails the trial that it judges', async () => {
    const pruner = prunerWith({ judge: async (_history, { number }) => Promise.reject(new Error(`not ${number}`)) });
    const study = await createStudy({ name: 's', space: mixed, storage: storage(), pruner });
    await study.optimize(({ trial }) => (trial.number === 1 ? trial.shouldPrune().then(() => 1) : 0), { trials: 3 });
    expect((await study.trials()).map(({ state }) => state)).toEqual(['COMPLETE', 'FAIL', 'COMPLETE']);
    await study.close();
  });
});

describe('a study that its sampler or its pruner refuses', () => {
  const directions = ['minimize', 'maximize'] as const;
  const oneDirection = 'takes one direction and the study "two" has 2; use nop().';
  const picky = samplerWith({
    checkStudy({ space }: StudyShape) {
      if (space.has('act')) throw new Error('own takes numbers alone; leave out `act`.');
    },
  });

  it('is refused when it is declared', () => {
    const base = { name: 'two', space: mixed, objective: () => 0 };
    const declare = (options: object) => () => defineStudy({ ...base, ...options });
    for (const pruner of [median(), percentile(25)]) {
      const refusal = { code: 'HPO_INVALID_STUDY', message: `${pruner.name}() ${oneDirection}` };
      expect(declare({ directions, pruner })).toThrow(expect.objectContaining(refusal));
    }
    expect(declare({ directions: ['maximize'], pruner: median() })).not.toThrow();
    expect(declare({ directions })).not.toThrow();
    expect(declare({ directions, pruner: nop(), sampler: tpe() })).not.toThrow();
    expect(declare({ sampler: picky })).toThrow('own takes numbers alone');
    expect(declare({ sampler: picky, space: space({ x: float(0, 1) }) })).not.toThrow();
  });

  it('is refused when it is created, with nothing stored, and when it is loaded', async () => {
    const storage = join(memoryFolder(), 'studies.db');
    const options = { name: 'two', space: mixed, storage, directions };
    await expect(createStudy({ ...options, pruner: median() })).rejects.toThrow(oneDirection);
    await expect(createStudy({ ...options, sampler: picky })).rejects.toThrow('own takes numbers alone');
    await expect(loadStudy({ name: 'two', storage })).rejects.toMatchObject({ code: 'HPO_STORAGE' });
    await (await createStudy(options)).close();
    const load = { name: 'two', space: mixed, storage };
    await expect(loadStudy({ ...load, pruner: median() })).rejects.toThrow(oneDirection);
    await expect(loadStudy({ ...load, sampler: picky })).rejects.toThrow('own takes numbers alone');
    await (await loadStudy(load)).close();
  });

  it.each([
    [{ sampler: tpe }, '`sampler` is a function; give a sampler, such as auto().'],
    [{ sampler: null }, '`sampler` is null; give a sampler, such as auto().'],
    [{ sampler: { name: 'x', start: () => ({ params: new Map() }) } }, '`sampler` is an object; give a sampler,'],
    [{ pruner: 'median' }, '`pruner` is "median"; give a pruner, such as median().'],
    [{ pruner: { name: 'x', shouldPrune: () => false } }, '`pruner` is an object; give a pruner,'],
  ])('is also refused with %o', async (wrong, problem) => {
    const options = { name: 's', space: mixed, storage: 'memory:', ...wrong } as never;
    const refusal = (whose: string) =>
      expect.objectContaining({ code: 'HPO_INVALID_STUDY', message: expect.stringContaining(`${whose}: ${problem}`) });
    expect(() => defineStudy({ name: 's', space: mixed, objective: () => 0, ...wrong } as never)).toThrow(
      refusal('defineStudy()'),
    );
    await expect(createStudy(options)).rejects.toEqual(refusal('createStudy()'));
  });
});

it('a summary takes each trial that a study reads once, while another one never ends', async () => {
  const taken: Pick<FrozenTrial, 'number' | 'state'>[] = [];
  const reader = {
    start: () => taken,
    take: (_: unknown, { number, state }: FrozenTrial) => void taken.push({ number, state }),
  };
  const sampler = samplerWith({
    start(history) {
      history.summary(reader);
      return { params: new Map() };
    },
  });
  const study = await createStudy({ name: 's', space: mixed, storage: join(memoryFolder(), 'studies.db'), sampler });
  const endless = await study.ask();
  await study.optimize(() => 1, { trials: 30 }); // including the endless one
  await study.ask();
  const finished = taken.filter(({ state }) => state === 'COMPLETE').map(({ number }) => number);
  expect(finished).toEqual(Array.from({ length: 29 }, (_, at) => at + 1));
  expect(taken.filter(({ number }) => number === endless.number).length).toBeLessThanOrEqual(2);
  await study.close();
});

it('grid() tries each of its cells once where the pruner divides the trials into brackets', async () => {
  for (const storage of ['memory:', join(memoryFolder(), 'studies.db')]) {
    const cells = space({ a: int(1, 4), b: int(1, 6) });
    const pruner = hyperband({ minResource: 1, maxResource: 9 });
    const study = await createStudy({ name: 's', space: cells, storage, sampler: grid(), pruner });
    await study.optimize(({ params }) => params.a, { trials: 100, concurrency: 2 });
    const trials = await study.trials();
    expect(trials).toHaveLength(24);
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(24);
    await study.close();
  }
});

it('bruteForce() finds more to try while a trial runs, and then runs as many as before', async () => {
  const study = await createStudy({ name: 's', storage: join(memoryFolder(), 'studies.db'), sampler: bruteForce() });
  const together: number[] = [];
  let running = 0;
  await study.optimize(
    async ({ trial }) => {
      const a = await trial.suggestInt('a', 1, 2);
      if (a === 1) return 0; // all there is to try is being tried now
      running++;
      await sleep(200);
      const b = await trial.suggestInt('b', 1, 12);
      await sleep(200);
      together.push(running--);
      return b;
    },
    { trials: 100, concurrency: 3 },
  );
  const trials = await study.trials();
  expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(13);
  expect(trials.length).toBeLessThan(40); // two that choose at the same moment may choose the same
  expect(together).toContain(3);
  await study.close();
});

describe('a sampler that can start no further trial', () => {
  /** Tries each of three values once. */
  const three = samplerWith({
    name: 'three',
    remaining: ({ trials }) => Math.max(0, 3 - trials.length),
    start: (_, { number }) => ({ params: new Map([['n', number]]), attrs: { cell: number } }),
  });
  const few = space({ n: int(0, 2) });

  it('ends a search before its target, however many run at once', async () => {
    for (const storage of ['memory:', join(memoryFolder(), 'studies.db')]) {
      const study = await createStudy({ name: 's', space: few, storage, sampler: three });
      await study.optimize(({ params }) => params.n, { trials: 10, concurrency: 2 });
      const trials = await study.trials();
      expect(trials.map(({ params, systemAttrs }) => [params.n, systemAttrs.cell])).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
      await expect(study.ask()).rejects.toMatchObject({ code: 'HPO_NOTHING_TO_SHOW' });
      await study.enqueue({ n: 1 });
      expect((await study.ask()).params.n).toBe(1); // a waiting trial is run all the same
      await study.close();
    }
  });
});
