import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStudy, float, int, loadStudy, space, tpe, variant } from '../../src/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

const conditional = space({
  rate: float(1e-4, 1, { log: true }),
  optimizer: variant({
    adam: { beta1: float(0.8, 0.99) },
    sgd: { momentum: float(0, 0.99), steps: int(1, 9) },
    lion: {},
  }),
});

const database = () => join(tempFolder(), 'studies.db');

describeWithOptuna('a study shared with Optuna', () => {
  it('has variants that a define-by-run objective in Python continues, and we go on', async () => {
    const storage = database();
    const sampler = tpe({ startupTrials: 5 });
    const study = await createStudy({ name: 's', space: conditional, storage, sampler, seed: 1 });
    const objective = ({ params }: { params: { rate: number } }) => Math.log10(params.rate) ** 2;
    await study.optimize(objective, { trials: 12 });
    const theirs = (await runPython('continue_variant.py', `sqlite:///${storage}`, 's', '12')) as unknown as object[];
    await study.optimize(objective, { trials: 30 });
    const trials = await study.trials();
    expect(trials).toHaveLength(30);
    expect(trials.slice(12, 24).map(({ params }) => params)).toEqual(theirs);
    for (const trial of trials) {
      const { optimizer } = study.paramsOf(trial);
      const inside = { adam: ['kind', 'beta1'], sgd: ['kind', 'momentum', 'steps'], lion: ['kind'] }[optimizer.kind];
      expect(Object.keys(optimizer)).toEqual(inside);
    }
    await study.close();
  });

  it('runs the trials that the other has enqueued, as they were enqueued', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: conditional, storage, seed: 1 });
    await study.enqueue(
      { rate: 0.25, optimizer: { kind: 'sgd', momentum: 0.5, steps: 3 } },
      { userAttrs: { from: 'us' } },
    );
    await study.enqueue({ optimizer: { kind: 'lion' } });
    const run = await runPython('continue_variant.py', `sqlite:///${storage}`, 's', '2');
    expect(run).toMatchObject([
      { rate: 0.25, optimizer: 'sgd', 'optimizer.sgd.momentum': 0.5, 'optimizer.sgd.steps': 3 },
      { optimizer: 'lion' },
    ]);
    await runPython('enqueue.py', `sqlite:///${storage}`, 's', JSON.stringify({ rate: 0.125, optimizer: 'lion' }));
    const trial = await study.ask();
    expect(trial.params).toEqual({ rate: 0.125, optimizer: { kind: 'lion' } });
    expect((await study.trials()).map(({ state }) => state)).toEqual(['COMPLETE', 'COMPLETE', 'RUNNING']);
    await study.close();
  });

  it('has the same constraints for both, and the same best trial', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: space({ x: float(0, 1) }), storage, seed: 1 });
    await study.optimize(
      async ({ trial }) => {
        await trial.setConstraint('memory', trial.number % 2 === 0 ? 0.5 : -Infinity);
        if (trial.number === 2) await trial.setConstraint('time', 0);
        return trial.number;
      },
      { trials: 4 },
    );
    const best = (await study.bestTrial())?.number;
    expect([best, await runPython('constrain.py', `sqlite:///${storage}`, 's')]).toEqual([
      1,
      [1, [{ memory: 0.5 }, { memory: -Infinity }, { memory: 0.5, time: 0 }, { memory: -Infinity }]],
    ]);
    expect(await study.bestTrial()).toMatchObject({ number: 4, systemAttrs: { 'constraints:memory': -3 } });
    await study.close();
  });

  it('has several directions, with the same Pareto front, and either side goes on', async () => {
    const storage = database();
    const xy = space({ x: float(0, 5), y: float(0, 3) });
    const objective = ({ params }: { params: { x: number; y: number } }) => [
      4 * params.x ** 2 + 4 * params.y ** 2,
      -((params.x - 5) ** 2) - (params.y - 5) ** 2,
    ];
    const directions = ['minimize', 'maximize'] as const;
    const study = await createStudy({ name: 's', space: xy, storage, directions, seed: 3 });
    await study.optimize(objective, { trials: 25 });
    expect(await runPython('several_directions.py', `sqlite:///${storage}`, 's', '10')).toHaveLength(35);
    await study.optimize(objective, { trials: 45 });
    const again = await loadStudy({ name: 's', space: xy, storage });
    const front = (await again.bestTrials()).map(({ number }) => number);
    expect(front.length).toBeGreaterThan(3);
    expect(await runPython('several_directions.py', `sqlite:///${storage}`, 's', '0', 'front')).toEqual(front);
    expect((await again.trials()).every(({ values }) => values?.length === 2)).toBe(true);
    await again.close();
    await study.close();
  });

  it('keeps away from the trials that Optuna runs at the moment', async () => {
    const storage = database();
    const study = await createStudy({ name: 's', space: conditional, storage, seed: 1 });
    await study.optimize(() => 1, { trials: 3 });
    await runPython('leave_running.py', `sqlite:///${storage}`, 's');
    expect(await study.recover()).toEqual([]);
    await study.optimize(() => 1, { trials: 5 });
    const states = (await study.trials()).map(({ state }) => state);
    expect(states).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'RUNNING', 'COMPLETE', 'COMPLETE']);
    await study.close();
  });
});
