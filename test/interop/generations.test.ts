import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, float, int, nsga2, space } from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

describeWithOptuna('a study of nsga2()', () => {
  it('goes on with Optuna’s NSGAIISampler in the same generations, and comes back', async () => {
    const storage = `sqlite:///${join(tempFolder(), 'shared.db')}`;
    const declared = space({ x: float(0, 1), n: int(1, 9) });
    await runPython('breed.py', storage, 's', '8');
    const sampler = nsga2({ populationSize: 6 });
    const directions = ['minimize', 'maximize'] as const;
    const study = await createStudy({ name: 's', space: declared, storage, sampler, directions, ifExists: 'load' });
    const optimize = (trials: number) => study.optimize(({ params: { x, n } }) => [x * n, n - x], { trials });
    await optimize(15);
    await runPython('breed.py', storage, 's', '6'); // of which 21 come
    await optimize(27);
    const trials = await study.trials();
    await study.close();
    const generations = trials.map(({ systemAttrs }) => systemAttrs['NSGAIISampler:generation']);
    expect(generations).toEqual(Array.from({ length: 27 }, (_, number) => Math.floor(number / 6)));
    // Children: each has the values of parents, apart from the mutated ones.
    const bred = trials.slice(6).filter(({ number, params }) => {
      const before = trials.slice(0, number).map((trial) => trial.params);
      return before.some(({ x }) => x === params.x) || before.some(({ n }) => n === params.n);
    });
    expect(bred.length).toBeGreaterThan(15);
  });
});
