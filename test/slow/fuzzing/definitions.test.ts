import { describe, it } from 'vitest';
import type { Rng } from '../../../src/base/rng.ts';
import {
  categorical,
  command,
  createStudy,
  type Distribution,
  defineStudy,
  float,
  int,
  median,
  nop,
  type ParamValue,
  percentile,
  random,
  space,
  tpe,
  variant,
} from '../../../src/index.ts';
import { distributionFromJson, distributionToJson } from '../../../src/space/distribution-json.ts';
import { Fuzz, oneOf, spoiltText, strange } from '../../support/fuzz.ts';
import { scaled } from '../../support/sweep-size.ts';
import { conclude } from './conclude.ts';

const HOUR = 3_600_000;

const mixed = space({
  x: float(-5, 5),
  lr: float(1e-4, 1, { log: true }),
  n: int(1, 9, { step: 2 }),
  c: categorical(['a', 'b', null, true, 3]),
  o: variant({ adam: { beta: float(0, 1) }, sgd: {} }),
});

/** Options that are right, with everything that a study may have. */
function rightOptions(): Record<string, unknown> {
  return {
    name: 'study',
    space: mixed,
    direction: 'minimize',
    sampler: random(),
    pruner: nop(),
    trials: 10,
    stopWhen: { value: 0.1, trialsWithoutGain: 5, minGain: 0.1 },
    seed: 3,
    enqueue: [{ x: 1 }, { o: { kind: 'adam', beta: 0.5 } }],
    retries: 1,
    trialTimeoutMs: 1_000,
    settings: { epochs: 3, name: 'a', fast: true },
    profiles: { quick: { epochs: 1 } },
    defaultProfile: { cpu: 'quick' },
    device: async () => ({ backend: 'cpu', kind: 'cpu', description: 'a CPU' }),
    prepare: () => undefined,
    objective: ({ params }: { readonly params: { readonly x: number } }) => params.x,
    retrain: { settings: { epochs: 9 }, profiles: { quick: { epochs: 2 } }, run: () => ({ a: 1 }) },
  };
}

type Tree = Record<string | number, unknown>;

/** Changes some fields of an object, at any depth. */
function spoil(root: Tree, rng: Rng): void {
  for (let changes = 1 + rng.integer(3); changes > 0; changes--) {
    let owner = root;
    for (;;) {
      const key = oneOf(rng, [...Object.keys(owner), ...(rng.integer(20) === 0 ? ['unknown', '__proto__'] : [])]);
      if (key === undefined) break;
      const value = owner[key];
      const isTree = typeof value === 'object' && value !== null && value !== mixed && Object.isExtensible(value);
      if (isTree && Object.keys(value).length > 0 && rng.integer(2) === 0) {
        owner = value as Tree;
        continue;
      }
      const how = rng.integer(8);
      if (how === 0) delete owner[key];
      else
        Object.defineProperty(owner, key, {
          value: strange(rng),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      break;
    }
  }
}

const FUNCTIONS = ['device', 'prepare', 'objective'] as const;

describe('fuzzing', () => {
  it('definitions of studies', { timeout: HOUR }, async () => {
    const fuzz = new Fuzz('study definitions');
    await fuzz.run(scaled(5_000, 200), async (rng) => {
      const options = rightOptions();
      spoil(options, rng);
      const given = { ...options };
      // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
      const study = defineStudy(options as any) as unknown as Record<string, unknown>;
      for (const [field, value] of Object.entries(given)) {
        if (value !== undefined && !Object.is(study[field], value)) return `\`${field}\` was changed`;
      }
      for (const field of FUNCTIONS) {
        if (study[field] !== undefined && typeof study[field] !== 'function') return `\`${field}\` was accepted`;
      }
      const { name, direction, directions, sampler, pruner, seed, enqueue, stopWhen } = study;
      const fields = {
        name,
        seed,
        enqueue,
        sampler,
        pruner,
        ...(direction === undefined ? { directions } : { direction }),
      };
      // biome-ignore lint/suspicious/noExplicitAny: the options of before
      const opened = await createStudy({ ...fields, space: mixed, storage: 'memory:' } as any);
      // biome-ignore lint/suspicious/noExplicitAny: the options of before
      await opened.optimize(() => opened.directions.map(() => 1), { trials: 3, stopWhen: stopWhen as any });
      const states = (await opened.trials()).map(({ state }) => state);
      await opened.close();
      return states.includes('FAIL') ? `the trials are ${states}` : undefined;
    });
    conclude(fuzz);
  });

  it('options of createStudy()', { timeout: HOUR }, async () => {
    const fuzz = new Fuzz('options of createStudy()');
    await fuzz.run(scaled(1_000, 100), async (rng) => {
      const { name, space, direction, sampler, pruner, seed, enqueue, retries, settings } = rightOptions();
      const right = { name, space, direction, sampler, pruner, seed, enqueue, retries, settings };
      const options: Tree = { ...right, storage: 'memory:', ifExists: 'load', newParams: false, profile: 'p' };
      spoil(options, rng);
      if (rng.integer(2) === 0 || typeof options.storage !== 'string') options.storage = 'memory:';
      if (options.storage !== 'memory:') return undefined; // a path is right, and is not to be made here
      // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
      const study = await createStudy(rng.integer(40) === 0 ? (strange(rng) as any) : (options as any));
      await study.optimize(() => study.directions.map(() => 1), { trials: 3 });
      const trials = await study.trials();
      await study.close();
      return trials.some(({ state }) => state === 'FAIL') ? 'trials fail' : undefined;
    });
    conclude(fuzz);
  });

  it('spaces, distributions, samplers, pruners and commands', { timeout: HOUR }, async () => {
    const fuzz = new Fuzz('spaces and parts');
    // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
    const value = (rng: Rng): any =>
      rng.integer(3) === 0 ? strange(rng) : oneOf(rng, [0, 1, -1, 0.1, 10, 1e-3, 1e300, true]);
    // biome-ignore lint/suspicious/noExplicitAny: what the types would refuse
    const options = (rng: Rng, ...names: readonly string[]): any => {
      if (rng.integer(12) === 0) return strange(rng);
      return Object.fromEntries(names.flatMap((name) => (rng.integer(2) === 0 ? [] : [[name, value(rng)]])));
    };
    const makers: readonly ((rng: Rng) => unknown)[] = [
      (rng) => float(value(rng), value(rng), options(rng, 'log', 'step')),
      (rng) => int(value(rng), value(rng), options(rng, 'log', 'step')),
      (rng) =>
        categorical(rng.integer(3) === 0 ? value(rng) : Array.from({ length: 1 + rng.integer(3) }, () => value(rng))),
      (rng) => space(options(rng, 'a', 'b.c', '__proto__', 'kind')),
      (rng) => space({ ...options(rng, 'a.b', 'v.k.x'), v: variant(options(rng, 'k', 'l')), y: float(0, 1) }),
      (rng) => variant({ k: options(rng, 'a', 'kind'), l: { z: value(rng) } }),
      (rng) =>
        tpe(options(rng, 'startupTrials', 'candidates', 'multivariate', 'group', 'constantLiar', 'gamma', 'weights')),
      (rng) => median(options(rng, 'startupTrials', 'warmupSteps', 'intervalSteps', 'minTrials')),
      (rng) => percentile(value(rng), options(rng, 'startupTrials', 'warmupSteps', 'intervalSteps', 'minTrials')),
      (rng) => command(options(rng, 'run', 'cwd', 'env', 'pruneSignal', 'graceMs')),
      (rng) => command({ run: spoiltText('python "a b" {x} --lr {lr?--x:--y} {settings.epochs} {{}} \'q\'', rng) }),
    ];
    await fuzz.run(scaled(4_000, 200), (rng) => {
      const made = oneOf(rng, makers)(rng);
      const distributions: readonly Distribution[] = isDistribution(made)
        ? [made]
        : Object.values((made as { readonly distributions?: Record<string, Distribution> }).distributions ?? {});
      for (const distribution of distributions) {
        const fault = faultOf(distribution, rng);
        if (fault !== undefined) return fault;
      }
      return undefined;
    });
    conclude(fuzz);
  });

  it('stored distributions', { timeout: HOUR }, async () => {
    const fuzz = new Fuzz('stored distributions');
    const texts = [...Object.values(mixed.distributions), int(1, 100, { log: true }), float(0, 1, { step: 0.25 })].map(
      distributionToJson,
    );
    await fuzz.run(scaled(1_500, 200), (rng) => {
      const distribution = distributionFromJson(spoiltText(oneOf(rng, texts), rng));
      const again = distributionFromJson(distributionToJson(distribution));
      if (distributionToJson(again) !== distributionToJson(distribution)) return `does not come back: ${String(again)}`;
      return faultOf(distribution, rng);
    });
    conclude(fuzz);
  });
});

function isDistribution(value: unknown): value is Distribution {
  return typeof value === 'object' && value !== null && 'toInternal' in value;
}

/** Draws from a distribution. @returns the fault of what it draws. */
function faultOf(distribution: Distribution, rng: Rng): string | undefined {
  // biome-ignore lint/suspicious/noExplicitAny: random() looks neither at the history nor at the trial's number
  const drawn = random().sample({} as any, { number: 0, rng: () => rng } as any, 'x', distribution) as ParamValue;
  return distribution.contains(drawn) ? undefined : `draws ${String(drawn)}`;
}
