import { describe, expect, it } from 'vitest';
import {
  type Direction,
  hyperband,
  median,
  nop,
  type Pruner,
  paretoRank,
  patient,
  percentile,
  successiveHalving,
  threshold,
  wilcoxon,
} from '../../src/index.ts';
import { type PrunerSetup, prunerChecks } from '../../src/testing/index.ts';

const two: readonly Direction[] = ['minimize', 'maximize'];

const PRUNERS: Readonly<Record<string, PrunerSetup>> = {
  'median()': { make: () => median({ startupTrials: 2 }) },
  'median() by the last report': {
    make: () => median({ startupTrials: 2, compare: 'last' }),
    directions: ['maximize'],
  },
  'percentile()': { make: () => percentile(25, { startupTrials: 2 }) },
  'successiveHalving()': { make: () => successiveHalving({ minResource: 1, reductionFactor: 2 }) },
  'successiveHalving() by complete trials': { make: () => successiveHalving(), directions: ['maximize'] },
  'hyperband()': { make: () => hyperband({ reductionFactor: 2 }) },
  'hyperband() of a known resource': { make: () => hyperband({ maxResource: 9 }) },
  'threshold()': { make: () => threshold({ upper: 1 }) },
  'patient()': { make: () => patient(undefined, 1) },
  'patient(hyperband())': { make: () => patient(hyperband({ maxResource: 4, reductionFactor: 2 }), 0) },
  'wilcoxon()': { make: () => wilcoxon({ pThreshold: 0.3 }) },
  'paretoRank()': {
    make: () => paretoRank({ metrics: ['size'], startupTrials: 2 }),
    directions: two,
    extras: (value) => ({ size: 1 / (1 + value ** 2) }),
  },
  'nop()': { make: nop },
};

describe.each(Object.entries(PRUNERS))('%s', (_name, setup) => {
  for (const { name, run } of prunerChecks(setup)) it(name, run);
});

/** The names of the checks that a pruner fails. */
async function failed(make: () => Pruner): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    prunerChecks({ make }).map(({ name, run }) =>
      run().then(
        () => [],
        () => [name],
      ),
    ),
  );
  return outcomes.flat();
}

describe('a pruner that is wrong', () => {
  const judges = 'judges any trial, the same in any process, and changes nothing but by its attributes';

  it('by what it has judged before is found', async () => {
    const make = () => {
      let calls = 0;
      return { name: 'counting', judge: () => ++calls % 3 === 0 };
    };
    expect(await failed(make)).toContain(judges);
  });

  it('by an answer that is none is found', async () => {
    expect(await failed(() => ({ name: 'silent', judge: () => undefined as never }))).toContain(judges);
  });

  it('by brackets that overlap is found', async () => {
    const make = (): Pruner => ({
      name: 'overlapping',
      peers: (history, { number }) => history.part(`to ${number}`, (trial) => trial.number <= number),
      judge: () => false,
    });
    expect(await failed(make)).toEqual(['has brackets, if any, of which each trial is in one']);
  });
});
