import { setTimeout as sleep } from 'node:timers/promises';
import { HpoError } from '../base/errors.ts';
import { stringifyPythonJson } from '../base/json.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { categorical } from '../space/categorical-distribution.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { type SearchSpace, space } from '../space/search-space.ts';
import { type SpaceDefinition, variant } from '../space/variant.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import { createStudy } from '../study/open-study.ts';
import type { LocalContext } from '../study/optimize.ts';
import { replayStudy } from '../study/replay/replay-study.ts';
import { TrialPruned } from '../study/trial/trial-pruned.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { type Check, checksOf, it } from './check.ts';
import { expect } from './expect.ts';

/** The studies that a sampler is checked with. */
export interface SamplerSetup {
  /** Makes the sampler; the checks make several, as several processes do. */
  readonly make: () => Sampler;
  /** A space that it is made for. Default: numbers, whole numbers, choices and a variant, some logarithmic or stepped. */
  readonly space?: SearchSpace<SpaceDefinition>;
  /** The directions that it is made for. Default: one to minimise. */
  readonly directions?: readonly Direction[];
  /** Whether it chooses for objectives that ask for their parameters as they run, too. Default true. */
  readonly definesByRun?: boolean;
  /** The number of trials that are run with it. Default 25. */
  readonly trials?: number;
}

const mixed = space({
  rate: float(1e-5, 1, { log: true }),
  share: float(0, 1, { step: 0.1 }),
  units: int(8, 512, { log: true }),
  layers: int(1, 9, { step: 2 }),
  batch: categorical([32, 64, null, 'all', true]),
  fixed: int(3, 3),
  optimizer: variant({
    adam: { beta: float(0.8, 0.99) },
    sgd: { momentum: float(0, 1), nesterov: categorical([true, false]) },
    none: {},
  }),
}) as SearchSpace as SearchSpace<SpaceDefinition>;

/**
 * The checks of what a sampler owes to a study: values of the space alone, the same ones for the same seed and history
 * (after a restart, in another process, with trials at once, in a replay), and an answer whatever trials ended with.
 *
 * @example
 * import { test } from 'node:test';
 * import { samplerChecks } from 'hpo/testing';
 * for (const { name, run } of samplerChecks({ make: () => mySampler() })) test(name, run);
 */
export function samplerChecks(setup: SamplerSetup): readonly Check[] {
  const { make, space: own = mixed, directions = ['minimize'], definesByRun = true, trials = 25 } = setup;
  const open = (storage: MemoryStorage, more: object = {}) =>
    createStudy({
      name: 'study',
      space: own,
      storage,
      directions,
      sampler: make(),
      seed: 1,
      ifExists: 'load',
      ...more,
    });
  const ran = async (more: object = {}, concurrency = 1, parts: readonly number[] = [trials]) => {
    const storage = new MemoryStorage();
    let all: readonly FrozenTrial[] = [];
    for (const part of parts) {
      const study = await open(storage, more);
      await study.optimize((context) => objective(context, directions), { trials: part, concurrency });
      all = await study.trials();
    }
    return { storage, all };
  };
  const paramsOf = (all: readonly FrozenTrial[]) => all.map(({ params }) => params);

  return checksOf(() => {
    it('has a name, and options that can be stored', () => {
      const { name, options = null } = make();
      expect(typeof name).toBe('string');
      expect(typeof stringifyPythonJson(options)).toBe('string');
      expect(make().options).toEqual(make().options);
    });

    it('chooses values of the space, of the parameters that a trial has', async () => {
      const { all } = await ran();
      expect(all.length).toBeGreaterThan(0);
      for (const { number, params, distributions } of all) {
        const asked: string[] = [];
        own.assemble((name) => {
          asked.push(name);
          return params[name] as never;
        });
        expect(Object.keys(params).sort(), `the parameters of trial ${number}`).toEqual(asked.sort());
        for (const [name, value] of Object.entries(params)) {
          expect(distributions[name]?.contains(value), `\`${name}\` = ${value} of trial ${number} in its range`).toBe(
            true,
          );
        }
      }
    });

    it('chooses the same for the same seed', async () => {
      expect(paramsOf((await ran()).all)).toEqual(paramsOf((await ran()).all));
    });

    it('chooses the same when the study is opened again, by another process', async () => {
      const parts = [Math.ceil(trials / 3), Math.ceil(trials / 2), trials];
      expect(paramsOf((await ran({}, 1, parts)).all)).toEqual(paramsOf((await ran()).all));
    });

    it('chooses the same for a trial that is taken back and run again', async () => {
      const storage = new MemoryStorage();
      const study = await open(storage);
      await study.optimize((context) => objective(context, directions), { trials: Math.ceil(trials / 2) });
      const first = await study.askUntil(trials);
      if (first === undefined || first === 'elsewhere') return; // it has tried everything
      await study.requeue(first);
      const again = await (await open(storage)).ask();
      expect([again.number, again.params]).toEqual([first.number, first.params]);
    });

    it('is derived by a replay, with trials one after the other and at once', async () => {
      for (const concurrency of [1, 4]) {
        const { storage } = await ran({}, concurrency);
        const replay = await replayStudy({ name: 'study', storage, space: own, sampler: make() });
        expect(replay.differences, `the differences with ${concurrency} at once`).toEqual([]);
        expect(replay.derivedTrials).toBeGreaterThan(0);
      }
    });

    it('leaves enqueued values as they are, and chooses the others beside them', async () => {
      const study = await open(new MemoryStorage());
      const [name, distribution] = Object.entries(own.distributions)[0] ?? [];
      if (name === undefined || distribution === undefined || own.variants.has(name)) return;
      await study.enqueue({ [name]: distribution.first });
      const trial = await study.ask();
      expect(trial.flatParams[name]).toEqual(distribution.first);
    });

    it('ends a study that it has nothing left to try in, and no other', async () => {
      const study = await open(new MemoryStorage());
      await study.optimize((context) => objective(context, directions), { trials });
      if ((await study.trials()).length < trials) expect(study.isSpent).toBe(true);
      else if (!study.isSpent) expect((await study.ask()).number).toBe(trials);
      else expect(await study.askUntil(trials + 1)).toBe(undefined);
    });

    if (directions.length === 1) {
      it('refuses several directions in one line, or serves them', async () => {
        const two = { directions: ['minimize', 'maximize'] } as const;
        const study = await open(new MemoryStorage(), two).catch((error: unknown) => {
          expect(HpoError.is(error)).toBe(true);
          expect((error as Error).message).toMatch(/^[^\n]+$/);
        });
        await study?.optimize((context) => objective(context, two.directions), { trials: Math.min(trials, 15) });
      });
    }

    if (definesByRun) {
      it('chooses parameters that an objective asks for as it runs', async () => {
        const study = await open(new MemoryStorage(), { space: space({}) });
        await study.optimize(
          async ({ trial }) => {
            const x = await trial.suggestFloat('x', -1, 1);
            expect(x >= -1 && x <= 1).toBe(true);
            const of = await trial.suggestCategorical('of', ['a', 'b']);
            const n = of === 'a' ? await trial.suggestInt('n', 1, 5) : 0;
            return directions.map(() => x ** 2 + n);
          },
          { trials },
        );
        expect((await study.trials()).map(({ state }) => state)).toEqual(Array(trials).fill('COMPLETE'));
      });
    }
  });
}

/** Ends trials in every way: with values, infinite ones, pruned with and without reports, failed, and by NaN. */
async function objective(
  { trial, params }: LocalContext<SpaceDefinition>,
  directions: readonly Direction[],
): Promise<number[]> {
  const numbers = Object.values(params).filter((value): value is number => typeof value === 'number');
  const value = numbers.reduce((sum, number) => sum + number / (1 + Math.abs(number)), 0);
  await sleep(trial.number % 3);
  switch (trial.number % 11) {
    case 3:
      await trial.report(value + 1, 0);
      throw new TrialPruned();
    case 4:
      throw new TrialPruned();
    case 6:
      throw new Error('It fails.');
    case 7:
      return directions.map(() => Number.POSITIVE_INFINITY);
    case 9:
      return directions.map(() => Number.NaN);
    default:
      await trial.report(value, 0);
      await trial.setConstraint('value', value - 2);
      return directions.map((_, at) => value - at);
  }
}
