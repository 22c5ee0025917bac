import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  bruteForce,
  categorical,
  cmaEs,
  createStudy,
  deleteTrial,
  float,
  grid,
  type HyperbandOptions,
  hyperband,
  int,
  nsga2,
  nsga3,
  partialFixed,
  qmc,
  type Replay,
  random,
  renameStudy,
  replayStudy,
  type Sampler,
  space,
  type Trial,
  TrialPruned,
  tpe,
  variant,
} from '../../src/index.ts';
import { leaseOf } from '../../src/storage/lease.ts';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const xy = space({ x: float(-5, 5), y: float(0, 1), kind: variant({ a: { z: float(0, 1) }, b: {} }) });

let storage: MemoryStorage;
beforeEach(() => {
  storage = new MemoryStorage();
});

const open = (sampler: Sampler, more = {}) =>
  createStudy({ name: 's', space: xy, storage, sampler, seed: 5, ifExists: 'load', ...more });
const replay = (sampler: Sampler, more = {}): Promise<Replay> =>
  replayStudy({ name: 's', storage, sampler, space: xy, ...more });

/** An objective of some turns of the event loop, so that trials overlap. */
async function objective({ trial, params }: { trial: Trial; params: { x: number; y: number } }) {
  const w = trial.number % 3 === 0 ? await trial.suggestFloat('w', 0, 1) : 0;
  await trial.report(params.x ** 2, 0);
  for (let turn = 0; turn < trial.number % 4; turn++) await sleep(0);
  if (await trial.shouldPrune()) throw new TrialPruned();
  if (trial.number % 11 === 7) throw new Error('It fails.');
  return params.x ** 2 + params.y + w + (await trial.suggestFloat('last', 0, 1));
}

const summary = ({ trials, derivedTrials, differences, underived }: Replay) => ({
  trials,
  derivedTrials,
  differences,
  underived,
});

describe('a study whose sampler is deterministic', () => {
  it('is derived without a difference, though several processes ran several of its trials at once', async () => {
    const file = join(memoryFolder(), 'hpo.db');
    const common = { name: 's', space: xy, storage: file, seed: 5, ifExists: 'load' } as const;
    const [one, two] = [await createStudy({ ...common }), await createStudy({ ...common })];
    await one.enqueue({ x: 1 });
    await Promise.all([one, two].map((study) => study.optimize(objective, { trials: 60, concurrency: 3 })));
    const trials = await one.trials();
    const seen = JSON.stringify(trials.map(({ systemAttrs }) => systemAttrs['hpo:seen']));
    expect(seen).toContain('running');
    expect(seen).toContain('"at"');
    await Promise.all([one.close(), two.close()]);
    const replayed = await replayStudy({ name: 's', storage: file, space: xy, seed: 5 });
    expect(summary(replayed)).toEqual({ trials: 60, derivedTrials: 60, differences: [], underived: [] });
    const paramCount = trials.reduce((sum, { params }) => sum + Object.keys(params).length, 0);
    expect(replayed).toMatchObject({ derivedParams: paramCount - 1, givenParams: 1, seed: 5, notes: [] });
  });

  it.each([
    ['qmc', qmc()],
    ['grid', grid({ x: [-4, -1, 0, 2], y: [0, 0.25, 0.5, 1], 'kind.a.z': [0.5] })],
    ['bruteForce', bruteForce()],
    ['cmaEs', cmaEs({ populationSize: 4, considerPruned: true })],
    ['nsga2', nsga2({ populationSize: 5, mutation: 'polynomial' })],
    ['nsga3', nsga3({ populationSize: 5, crossover: 'blxAlpha' })],
    ['partialFixed', partialFixed({ kind: { kind: 'a' } }, cmaEs({ populationSize: 4 }))],
  ])('is derived of %s, too', async (name, sampler) => {
    const ends = name === 'bruteForce' || name === 'grid';
    const declared =
      name === 'bruteForce'
        ? space({ x: int(-3, 3), y: categorical([0, 1, 2, 3]), kind: variant({ a: { z: int(0, 1) }, b: {} }) })
        : xy;
    const file = join(memoryFolder(), 'hpo.db');
    const common = {
      name: 's',
      space: declared as typeof xy,
      storage: file,
      seed: 5,
      sampler,
      ifExists: 'load',
    } as const;
    const [one, two] = [await createStudy({ ...common }), await createStudy({ ...common })];
    const own = ends ? ({ params }: { params: { x: number; y: number } }) => params.x ** 2 + params.y : objective;
    await Promise.all(
      [one, two].map((study) => study.optimize(own as typeof objective, { trials: 50, concurrency: 3 })),
    );
    const { length } = await one.trials();
    await Promise.all([one.close(), two.close()]);
    const replayed = await replayStudy({ name: 's', storage: file, space: declared, sampler });
    expect(summary(replayed)).toEqual({ trials: length, derivedTrials: length, differences: [], underived: [] });
    expect(length).toBe(name === 'grid' ? 32 : 50);
  });

  it('is derived, though the sampler takes its time while other trials go on', async () => {
    const inner = tpe({ startupTrials: 2 });
    const slow: Sampler = {
      name: 'slow',
      async start(history, trial) {
        const draw = inner.start(history, trial);
        await sleep(trial.number % 3);
        return draw;
      },
      async sample(history, trial, name, distribution) {
        const value = inner.sample(history, trial, name, distribution);
        await sleep(trial.number % 2);
        return value;
      },
    };
    const study = await open(slow);
    await study.optimize(objective, { trials: 30, concurrency: 4 });
    expect(await replay(slow)).toMatchObject({ derivedTrials: 30, differences: [], underived: [] });
  });

  it('is derived after a trial was taken back and run again', async () => {
    const study = await open(tpe({ startupTrials: 2 }));
    await study.optimize(objective, { trials: 5 });
    const [one, two] = [await study.ask(), await study.ask()];
    await one.suggest('w', float(0, 1));
    await study.requeue(one);
    await study.tell(two, 1);
    await study.optimize(objective, { trials: 12 });
    expect(await replay(tpe({ startupTrials: 2 }))).toMatchObject({
      derivedTrials: 12,
      differences: [],
      underived: [],
    });
  });
});

describe('a study with brackets', () => {
  const brackets = (options: HyperbandOptions = {}) => hyperband({ reductionFactor: 2, ...options });
  const sampler = tpe({ startupTrials: 2 });

  /** An objective of one to four steps, so that the brackets are not known at first, and others at the end. */
  async function steps({ trial, params }: { trial: Trial; params: { x: number } }) {
    const last = trial.number < 4 ? 2 : 4;
    for (let step = 0; step <= last; step++) {
      await trial.report(params.x ** 2 / (step + 1), step);
      await sleep(0);
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return params.x ** 2 + (await trial.suggestFloat('last', 0, 1));
  }

  it('is derived, though they became known as it ran, and though it was renamed since', async () => {
    const study = await open(sampler, { pruner: brackets() });
    await study.optimize(steps, { trials: 50, concurrency: 4 });
    const states = (await study.trials()).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['COMPLETE', 'PRUNED']));
    const derived = { derivedTrials: 50, differences: [], underived: [] };
    expect(await replay(sampler, { pruner: brackets() })).toMatchObject(derived);
    await renameStudy({ name: 's', newName: 'renamed', storage });
    expect(await replay(sampler, { pruner: brackets(), name: 'renamed' })).toMatchObject(derived);
  });

  it('is not derived with others, and it matters which the trials are in', async () => {
    const study = await open(sampler, { pruner: brackets() });
    await study.optimize(steps, { trials: 20 });
    const { underived } = await replay(sampler, { pruner: brackets({ maxResource: 9 }) });
    expect(underived.map(({ reason }) => reason)).toEqual([
      'drawn by tpe with other options of hyperband: `maxResource` was "auto" and is 9',
    ]);
    const [entry] = (await study.systemAttrs())['hpo:samplers'] as [object];
    await storage.setStudyAttr(study.record, 'system', 'hpo:samplers', [{ ...entry, study: 'other' }]);
    expect((await replay(sampler, { pruner: brackets() })).differences.length).toBeGreaterThan(5);
  });

  it('is derived, though the sampler takes its time while other trials go on', async () => {
    const slow: Sampler = {
      name: 'slow',
      async start(history, trial) {
        const draw = sampler.start(history, trial);
        await sleep(trial.number % 3);
        return { ...(await draw), params: new Map() };
      },
      sample: (history, trial, name, distribution) => sampler.sample(history, trial, name, distribution),
    };
    const study = await open(slow, { pruner: brackets() });
    await study.optimize(steps, { trials: 40, concurrency: 5 });
    expect(await replay(slow, { pruner: brackets() })).toMatchObject({ derivedTrials: 40, differences: [] });
  });
});

describe('a difference is found where', () => {
  it('the sampler draws from another source than its trial', async () => {
    const loose: Sampler = {
      name: 'loose',
      start: () => ({ params: new Map() }),
      sample: (history, trial, name, distribution) =>
        name === 'y' ? Math.random() : random().sample(history, trial, name, distribution),
    };
    await (await open(loose)).optimize(objective, { trials: 6 });
    const { differences, derivedTrials } = await replay(loose);
    expect(derivedTrials).toBe(6);
    expect(differences.map(({ trial, param }) => `${trial} ${param}`)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `${n} y`));
  });

  it('the sampler keeps something between its calls', async () => {
    let calls = 0;
    const counting: Sampler = {
      name: 'counting',
      start: () => ({ params: new Map([['x', (++calls % 7) / 2]]) }),
      sample: (...given) => random().sample(...given),
    };
    await (await open(counting)).optimize(objective, { trials: 4 });
    const { differences } = await replay(counting);
    expect(differences[0]).toEqual({ trial: 0, param: 'x', stored: 0.5, derived: 2.5 });
    expect(differences).toHaveLength(4);
  });

  it('a value was changed of a trial that was enqueued, or that continues another one', async () => {
    const folder = memoryFolder();
    const file = join(folder, 'hpo.db');
    const starts: number[] = [];
    const counting: Sampler = {
      ...random(),
      name: 'random',
      start: (_history, { number }) => {
        starts.push(number);
        return { params: new Map() };
      },
      sample: (history, ...more) => random().sample(history, ...more),
    };
    const common = { name: 's', space: xy, seed: 5, sampler: counting, keepCheckpoints: true } as const;
    const study = await createStudy({ ...common, storage: file, checkpoints: join(folder, 'checkpoints') });
    await study.enqueue({ x: 1, y: 0.5, kind: { kind: 'b' } });
    const run = async (trial: Awaited<ReturnType<typeof study.ask>>) => {
      await trial.checkpoints.keep(trial.number + 1, async () => {});
      await study.tell(trial, trial.params.x);
    };
    for (let number = 0; number < 2; number++) await run(await study.ask());
    await run(await study.resume(1));
    await study.close();
    expect(starts).toEqual([0, 1]);
    const given = { name: 's', storage: file, sampler: counting, space: xy };
    const reason = 'goes on with the parameters of another trial (hpo:continues)';
    expect(await replayStudy(given)).toMatchObject({
      differences: [],
      underived: [{ trials: [0] }, { reason, trials: [2] }],
    });
    const db = openSqlite(file);
    db.exec("UPDATE trial_params SET param_value = 0.75 WHERE param_name = 'y' AND trial_id IN (1, 3)");
    const { differences } = await replayStudy(given);
    expect(differences).toMatchObject([
      { trial: 0, param: 'y', stored: 0.75, derived: 0.5 },
      { trial: 2, param: 'y', stored: 0.75 },
    ]);
    db.exec("UPDATE trial_system_attributes SET value_json = '7' WHERE \"key\" = 'hpo:continues'");
    db.close();
    const gone = 'goes on with the parameters of a trial that is not there, or was deleted since (hpo:continues)';
    expect((await replayStudy(given)).underived).toContainEqual({ reason: gone, trials: [2] });
  });

  it('a value was changed: there, and in the trials that learned from it', async () => {
    const study = await open(tpe({ startupTrials: 2 }));
    const trial = await study.ask();
    const [first] = await study.trials();
    const y = { name: 'y', value: 0.125, distribution: float(0, 1) };
    await storage.setTrialParams(leaseOf(study.record, first as never), [y]);
    await study.tell(trial, 1);
    await study.optimize(objective, { trials: 3 });
    expect((await replay(tpe({ startupTrials: 2 }))).differences).toMatchObject([
      { trial: 0, param: 'y', stored: 0.125 },
    ]);
  });
});

describe('trials that cannot be derived are counted by the reason', () => {
  const reasons = ({ underived }: Replay) =>
    Object.fromEntries(underived.map(({ reason, trials }) => [reason, trials]));

  it('enqueued, waiting, of other programs, deleted, and those without what their sampler saw', async () => {
    const study = await open(random());
    await study.enqueue({ x: 1, y: 0.5, kind: { kind: 'b' } });
    await study.optimize(({ params }) => params.x, { trials: 2 });
    const y = [{ name: 'y', value: 0.5, distribution: float(0, 1) }];
    await storage.createTrial(study.record, { state: 'COMPLETE', params: y, values: [1] });
    const old = await storage.startTrial(study.record, { holder: { id: 'old', graceMs: 1000, process: null } });
    await storage.setTrialParams(leaseOf(study.record, old as never), y);
    await study.tell(await study.ask(), 1);
    await deleteTrial({ name: 's', number: 4, storage });
    await storage.createTrial(study.record, {
      state: 'RUNNING',
      systemAttrs: { 'hpo:seen': [{ trials: 'all' }] },
      params: y,
    });
    await study.enqueue({ x: 2 });
    const replayed = await replay(random());
    expect(reasons(replayed)).toEqual({
      'all its parameters were enqueued, or have no other value': [0],
      'started by another program, such as Optuna': [2],
      'started before hpo kept what its samplers see': [3],
      deleted: [4],
      'its record of what the sampler saw (hpo:seen) cannot be read': [5],
      'still waiting': [6],
    });
    expect(replayed).toMatchObject({ trials: 7, derivedTrials: 1, differences: [] });
  });

  it('those of a sampler of somebody’s own, and those whose sampler learned from a trial deleted since', async () => {
    const own: Sampler = { name: 'own', start: random().start, sample: (_history, _trial, _name, { first }) => first };
    await (await open(own)).optimize(objective, { trials: 2 });
    await (await open(tpe({ startupTrials: 1 }))).optimize(objective, { trials: 9 });
    const replayed = await replay(tpe({ startupTrials: 1 }));
    expect(reasons(replayed)).toEqual({ 'drawn by own, and the sampler is tpe': [0, 1] });
    expect(replayed).toMatchObject({ derivedTrials: 7, differences: [] });
    await deleteTrial({ name: 's', number: 0, storage });
    const lost = await replay(tpe({ startupTrials: 1 }));
    expect(lost.differences).toEqual([]);
    const { 'the sampler learned from trials that are gone or were deleted since': gone } = reasons(lost);
    expect(gone?.length).toBeGreaterThan(0);
  });
});

it('derives what other samplers of hpo have drawn by these, made as the study keeps them, and says so', async () => {
  await (await open(random())).optimize(objective, { trials: 2 });
  await (await open(tpe({ startupTrials: 1 }))).optimize(objective, { trials: 9 });
  await (await open(tpe())).optimize(objective, { trials: 12 });
  const replayed = await replay(tpe());
  expect(replayed).toMatchObject({ derivedTrials: 12, differences: [], underived: [] });
  expect(replayed.notes).toEqual([
    'drawn by random, and the sampler is tpe; its trials were derived by the former one',
    'drawn by tpe with other options: `startupTrials` was 1 and is 10; its trials were derived by the former one',
  ]);
});

it('names the seed and the parameters that are others now, and takes those of the study', async () => {
  await (await open(random())).optimize(({ params }) => params.x, { trials: 3 });
  const other = space({ x: float(-5, 6), y: float(0, 1), more: float(0, 1) });
  const replayed = await replay(random(), { space: other, seed: 6 });
  expect(replayed).toMatchObject({ derivedTrials: 3, differences: [], seed: 5 });
  expect(replayed.notes).toEqual([
    'the seed is 6 now; the study was run with 5',
    'the parameter `x` is float(-5, 6) now; the study was run with float(-5, 5)',
    'the parameter `kind` is not there now; the study was run with categorical(["a","b"])',
    'the parameter `kind.a.z` is not there now; the study was run with float(0, 1)',
    'the parameter `more` is float(0, 1) now; the study was run with none of it',
  ]);
});

it('refuses a study that hpo has never run, one that is not there, and bad options', async () => {
  await storage.createStudy({ name: 'optunas', directions: ['minimize'] });
  await expect(replayStudy({ name: 'optunas', storage })).rejects.toMatchObject({ code: 'HPO_NOTHING_TO_SHOW' });
  await expect(replayStudy({ name: 'none', storage })).rejects.toMatchObject({ code: 'HPO_STUDY_NOT_FOUND' });
  await expect(replayStudy({ name: 'optunas', storage, seed: -1 })).rejects.toMatchObject({
    code: 'HPO_INVALID_ARGUMENT',
  });
});
