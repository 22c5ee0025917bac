import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createStudy,
  float,
  hyperband,
  type Pruner,
  random,
  space,
  successiveHalving,
  TrialPruned,
} from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

// The same as in python/replay_pruning.py.
const PRUNERS: Readonly<Record<string, () => Pruner>> = {
  hyperband: () => hyperband({ maxResource: 9 }),
  successiveHalving: () => successiveHalving({ minResource: 1, reductionFactor: 2 }),
};

/** Goes on with a study until it has `trials` finished ones. */
async function run(url: string, name: string, trials: number) {
  const pruner = PRUNERS[name]?.();
  const options = {
    space: space({ x: float(-1, 1) }),
    storage: url,
    sampler: random(),
    seed: 3,
    ifExists: 'load',
  } as const;
  const study = await createStudy({ ...options, name, ...(pruner && { pruner }) });
  await study.optimize(
    async ({ trial, params: { x } }) => {
      for (let step = 1; step < 10; step++) {
        await trial.report(x ** 2 + 1 / step, step);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      return x ** 2;
    },
    { trials },
  );
  const all = await study.trials();
  await study.close();
  return all;
}

describeWithOptuna('processes of hpo and of Optuna in turns', () => {
  it.each(Object.keys(PRUNERS))('judge the trials of one study by the same rungs: %s', async (pruner) => {
    const url = `sqlite:///${join(tempFolder(), 'shared.db')}`;
    await run(url, pruner, 12);
    await runPython('run_pruned.py', url, pruner, pruner, '12');
    await run(url, pruner, 36);
    await runPython('run_pruned.py', url, pruner, pruner, '12');
    const trials = await run(url, pruner, 60);
    const found = trials.map(({ state, intermediateValues, systemAttrs }) => [
      state === 'PRUNED' ? intermediateValues.size : null,
      Object.fromEntries(Object.entries(systemAttrs).filter(([key]) => key.startsWith('completed_rung_'))),
    ]);
    expect(found).toEqual(await runPython('replay_pruning.py', url, pruner, pruner));
    for (const [from, to] of [
      [0, 12],
      [12, 24],
      [24, 36],
      [36, 48],
      [48, 60],
    ]) {
      const states = new Set(trials.slice(from, to).map(({ state }) => state));
      expect(states, `trials ${from} to ${to}`).toEqual(new Set(['COMPLETE', 'PRUNED']));
    }
  });
});
