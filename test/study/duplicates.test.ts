import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  categorical,
  createStudy,
  type Duplicates,
  defineStudy,
  float,
  gp,
  grid,
  hyperband,
  int,
  isFeasible,
  random,
  replayStudy,
  type Sampler,
  space,
  TrialPruned,
  tpe,
  variant,
} from '../../src/index.ts';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';

const small = space({
  n: int(1, 3),
  optimizer: variant({ adam: { beta: categorical([0.9, 0.99]) }, sgd: {} }),
}); // 9 points

const open = (duplicates: Duplicates, more: object = {}) =>
  createStudy({
    name: 's',
    space: small,
    storage: new MemoryStorage(),
    sampler: random(),
    seed: 1,
    duplicates,
    ...more,
  });

const keyOf = ({ params }: { params: object }) => JSON.stringify(Object.entries(params).sort());

describe("duplicates: 'reuse'", () => {
  it('gives a trial that repeats another one its value, without running it', async () => {
    const study = await open('reuse');
    const ran: number[] = [];
    await study.optimize(
      async ({ trial, params }) => {
        ran.push(trial.number);
        await trial.setConstraint('n', params.n - 2);
        if (params.n === 2) throw new TrialPruned();
        return params.n + (params.optimizer.kind === 'adam' ? params.optimizer.beta : 0);
      },
      { trials: 40 },
    );
    const trials = await study.trials();
    expect(trials).toHaveLength(40);
    const firsts = new Map<string, number>();
    for (const trial of trials) {
      const { number, state, values, systemAttrs } = trial;
      const first = firsts.get(keyOf(trial));
      expect([number, systemAttrs['hpo:repeats']]).toEqual([number, first]);
      expect(ran.includes(number)).toBe(first === undefined);
      if (first !== undefined) {
        expect([state, values]).toEqual(['COMPLETE', trials[first]?.values]);
        expect(isFeasible(trial)).toBe(isFeasible(trials[first] as never));
      } else if (state === 'COMPLETE') firsts.set(keyOf(trial), number);
    }
    expect(firsts.size).toBe(6);
    expect(ran.length).toBeLessThan(30);
  });

  it('runs a trial that goes on with the parameters of another one', async () => {
    const study = await open('reuse');
    const trial = await study.ask();
    await trial.checkpoints.keep(1, async () => {});
    await study.tell(trial, 1);
    const continued = await study.resume(0);
    expect(continued.params).toEqual(trial.params);
    expect(await study.reuse(continued)).toBeUndefined();
    await study.tell(continued, 0.5);
    await study.close();
  });

  it('runs trials that ask for parameters beside the declared ones, and those of a study that runs all', async () => {
    for (const [duplicates, count] of [
      ['reuse', 20],
      ['run', 20],
    ] as const) {
      let ran = 0;
      const study = await open(duplicates);
      await study.optimize(
        async ({ trial }) => {
          ran++;
          return duplicates === 'reuse' ? trial.suggestFloat('more', 0, 1) : 0;
        },
        { trials: count },
      );
      expect(ran).toBe(count);
    }
  });

  it('is told by onTrial, and leaves asked trials to the caller', async () => {
    const study = await open('reuse');
    for (const _ of [0, 1]) await study.enqueue({ n: 1, optimizer: { kind: 'sgd' } });
    const told: unknown[] = [];
    await study.optimize(() => 5, { trials: 2, onTrial: (finished) => told.push(finished) });
    expect(told).toMatchObject([
      { trial: { number: 0 }, outcome: { values: [5] } },
      { trial: { number: 1 }, outcome: { state: 'COMPLETE', values: [5] }, repeats: 0 },
    ]);
    await study.enqueue({ n: 1, optimizer: { kind: 'sgd' } });
    const asked = await study.ask();
    expect((await study.trials())[asked.number]?.state).toBe('RUNNING');
    expect(await study.reuse(asked)).toMatchObject({ repeats: 0 });
  });
});

describe("duplicates: 'resample'", () => {
  it.each<[string, () => Sampler]>([
    ['random', random],
    ['tpe', () => tpe({ startupTrials: 3 })],
    ['gp', () => gp({ startupTrials: 3 })],
  ])('tries a finite space to its end, each point once, and replays: %s', async (_name, sampler) => {
    const storage = new MemoryStorage();
    const study = await open('resample', { storage, sampler: sampler() });
    await study.optimize(({ params: { n } }) => n, { trials: 100 });
    const trials = await study.trials();
    expect(trials).toHaveLength(9);
    expect(new Set(trials.map(keyOf)).size).toBe(9);
    expect(study.isSpent).toBe(true);
    await expect(study.ask()).rejects.toMatchObject({ code: 'HPO_NOTHING_TO_SHOW' });
    const replayed = { name: 's', storage, space: small, sampler: sampler() };
    const derived = { derivedTrials: 9, differences: [], underived: [] };
    expect(await replayStudy(replayed)).toMatchObject(derived);
  });

  it('counts trials that run, fail or were taken back, and leaves enqueued values as they are', async () => {
    const study = await open('resample', { space: space({ n: int(1, 6) }) });
    const running = await study.ask();
    await study.tell(await study.ask(), 'FAIL');
    await study.enqueue({ n: (running.params as { n: number }).n } as never); // a repetition that is wanted
    const objective = ({ params }: { params: object }) => (params as { n: number }).n;
    await study.optimize(objective, { trials: 7, concurrency: 3 }); // the one that runs among them
    const trials = await study.trials();
    expect(trials).toHaveLength(7);
    expect(new Set(trials.map(keyOf)).size).toBe(6);
    expect(trials[2]?.params).toEqual(running.params);
    await study.requeue(running);
    const again = await study.ask();
    expect([again.number, again.params]).toEqual([running.number, running.params]);
    await study.tell(again, 0);
    await study.optimize(objective, { trials: 100, concurrency: 3 });
    expect(await study.trials()).toHaveLength(7);
  });

  it('draws what the sampler would have drawn, as long as nothing is repeated', async () => {
    const continuous = space({ x: float(0, 1), n: int(1, 2) });
    const paramsOf = async (duplicates: Duplicates) => {
      const study = await open(duplicates, { space: continuous, sampler: tpe({ startupTrials: 5 }) });
      await study.optimize(({ params }) => (params as unknown as { x: number }).x, { trials: 15 });
      return (await study.trials()).map(({ params }) => params);
    };
    expect(await paramsOf('resample')).toEqual(await paramsOf('run'));
  });

  it('leaves a sampler that repeats nothing by itself alone, under a pruner that divides the trials', async () => {
    const walked = async (duplicates: Duplicates) => {
      const study = await open(duplicates, { sampler: grid(), pruner: hyperband({ maxResource: 9 }) });
      await study.optimize(({ trial }) => trial.report(1, 1).then(() => 1), { trials: 9 });
      return (await study.trials()).map(keyOf);
    };
    const cells = await walked('run');
    expect(new Set(cells).size).toBe(9);
    expect(await walked('resample')).toEqual(cells);
  });

  it('goes to the nearest point that is left, where the sampler insists', async () => {
    const stubborn: Sampler = {
      name: 'stubborn',
      start: () => ({ params: new Map([['n', 10]]), attrs: { asked: true } }),
      sample: () => 10,
    };
    const study = await open('resample', { space: space({ n: int(1, 20) }), sampler: stubborn });
    await study.optimize(() => 0, { trials: 30 });
    const ns = (await study.trials()).map(({ params }) => params.n as number);
    expect(ns.slice().sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    const distances = ns.map((n) => Math.abs(n - 10));
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect((await study.trials())[5]?.systemAttrs.asked).toBe(true);
  });

  it('bears a sampler that takes its time and leaves parameters out', async () => {
    const slow: Sampler = {
      name: 'slow',
      async start() {
        await sleep(1);
        return { params: new Map([['n', 2]]) };
      },
      sample: async () => 0.9,
    };
    const storage = new MemoryStorage();
    const study = await open('resample', { storage, sampler: slow });
    await study.optimize(() => 0, { trials: 100, concurrency: 2 });
    expect(new Set((await study.trials()).map(keyOf)).size).toBe(9);
    const replayed = await replayStudy({ name: 's', storage, space: small, sampler: slow });
    expect(replayed).toMatchObject({ derivedTrials: 9, differences: [] });
  });

  it('does not repeat itself in a large space either', async () => {
    const corner: Sampler = {
      name: 'corner',
      start: () => ({
        params: new Map([
          ['a', 1],
          ['b', 1],
        ]),
      }),
      sample: () => 1,
    };
    const study = await open('resample', { space: space({ a: int(1, 200), b: int(1, 200) }), sampler: corner });
    await study.enqueue({ a: 150 } as never);
    await study.optimize(() => 0, { trials: 6 });
    const trials = await study.trials();
    expect(trials.map(({ params }) => params).slice(0, 2)).toEqual([
      { a: 150, b: 1 },
      { a: 1, b: 1 },
    ]);
    expect(new Set(trials.map(keyOf)).size).toBe(6);
    for (const { params } of trials.slice(2)) expect(Number(params.a) + Number(params.b)).toBeLessThan(30);
  });
});

it('refuses other words, and a study without declared parameters', async () => {
  const twice = 'twice' as Duplicates;
  const wanted = "`duplicates` is \"twice\"; give 'run' or 'reuse' or 'resample'.";
  await expect(open(twice)).rejects.toThrow(`createStudy(): ${wanted}`);
  expect(() => defineStudy({ name: 's', space: small, objective: () => 0, duplicates: twice })).toThrow(wanted);
  const byRun = createStudy({ name: 's', storage: new MemoryStorage(), duplicates: 'reuse' });
  await expect(byRun).rejects.toThrow(
    "`duplicates: 'reuse'` needs declared parameters, and the study declares none; give it a `space`.",
  );
});
