import { describe, expect, it } from 'vitest';
import {
  auto,
  bruteForce,
  categorical,
  cmaEs,
  type Direction,
  gp,
  grid,
  int,
  nsga2,
  nsga3,
  partialFixed,
  qmc,
  random,
  type Sampler,
  type SearchSpace,
  type SpaceDefinition,
  space,
  tpe,
  variant,
} from '../../src/index.ts';
import { type SamplerSetup, samplerChecks } from '../../src/testing/index.ts';

const two: readonly Direction[] = ['minimize', 'maximize'];

const small = space({
  n: int(1, 3),
  optimizer: variant({ adam: { beta: categorical([0.9, 0.99]) }, sgd: {} }),
}) as SearchSpace as SearchSpace<SpaceDefinition>; // 9 points

const SAMPLERS: Readonly<Record<string, SamplerSetup>> = {
  'random()': { make: random },
  'tpe()': { make: () => tpe({ startupTrials: 5 }) },
  'tpe() in groups': { make: () => tpe({ startupTrials: 5, group: true }) },
  'tpe() in several directions': { make: () => tpe({ startupTrials: 5 }), directions: two },
  'gp()': { make: () => gp({ startupTrials: 5 }), trials: 16 },
  'auto()': { make: auto, trials: 16 },
  'cmaEs()': { make: () => cmaEs() },
  'nsga2()': { make: () => nsga2({ populationSize: 6 }) },
  'nsga2() in several directions': { make: () => nsga2({ populationSize: 6 }), directions: two },
  'nsga3() in several directions': { make: () => nsga3({ populationSize: 6 }), directions: two },
  'qmc()': { make: () => qmc() },
  'partialFixed()': { make: () => partialFixed({ layers: 3 }, tpe({ startupTrials: 5 })), definesByRun: false },
  'grid()': { make: () => grid(), space: small, definesByRun: false, trials: 12 },
  'bruteForce()': { make: () => bruteForce(), space: small, definesByRun: false, trials: 12 },
};

describe.each(Object.entries(SAMPLERS))('%s', (_name, setup) => {
  for (const { name, run } of samplerChecks(setup)) it(name, run);
});

/** The names of the checks that a sampler fails. */
async function failed(make: () => Sampler): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    samplerChecks({ make, trials: 12 }).map(({ name, run }) =>
      run().then(
        () => [],
        () => [name],
      ),
    ),
  );
  return outcomes.flat();
}

describe('a sampler that is wrong', () => {
  const whole = random();

  it('by something that it keeps between its calls is found', async () => {
    const found = await failed(() => {
      let calls = 0;
      const start: Sampler['start'] = () => ({ params: new Map([['share', (calls++ % 10) / 10]]) });
      return { name: 'counting', start, sample: (...given) => whole.sample(...given) };
    });
    expect(found).toContain('chooses the same when the study is opened again, by another process');
  });

  it('by numbers from elsewhere is found', async () => {
    const sample: Sampler['sample'] = (history, trial, name, distribution) =>
      name === 'rate' ? 10 ** -(Math.random() + 1) : whole.sample(history, trial, name, distribution);
    const found = await failed(() => ({ name: 'loose', start: () => ({ params: new Map() }), sample }));
    expect(found).toEqual(
      expect.arrayContaining([
        'chooses the same for the same seed',
        'is derived by a replay, with trials one after the other and at once',
      ]),
    );
  });

  it('by values out of the space is found', async () => {
    const found = await failed(() => ({ name: 'far', start: () => ({ params: new Map() }), sample: () => 1e9 }));
    expect(found).toContain('chooses values of the space, of the parameters that a trial has');
  });
});
