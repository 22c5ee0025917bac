import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createStudy,
  crossValidationError,
  float,
  gp,
  random,
  regretBound,
  space,
  stagnation,
} from '../../src/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const line = space({ x: float(0, 1) });

/** An objective whose trials have these values, in turn. */
const values =
  (...list: readonly number[]) =>
  ({ trial }: { trial: { number: number } }) =>
    list[trial.number] ?? 100;

describe('optimize with stopWhen', () => {
  it('ends with the trial that reaches the value, and stores the reason with the study', async () => {
    const study = await createStudy({ name: 's', space: line, storage: 'memory:', sampler: random() });
    const stopWhen = { value: 2 };
    await study.optimize(values(5, 3, 2, 1), { trials: 10, stopWhen });
    expect(await study.trials()).toHaveLength(3);
    const reason = { rule: 'value', trial: 2, message: 'trial 2 has reached 2: 2' };
    expect((await study.systemAttrs())['hpo:stopped']).toEqual(reason);
    await study.optimize(values(), { trials: 10, stopWhen });
    expect(await study.trials()).toHaveLength(3);
    expect(await study.stopReason(stopWhen)).toEqual(reason);

    await study.optimize(values(5, 3, 2, 1), { trials: 10, stopWhen: { value: 1.5 } }); // another rule, and it goes on
    expect(await study.trials()).toHaveLength(4);
    expect(await study.stopReason(undefined)).toBeUndefined();
    expect(await study.systemAttrs()).not.toHaveProperty('hpo:stopped');
  });

  it('leaves waiting trials unstarted, and decides the same after a restart, in another process', async () => {
    const storage = join(memoryFolder(), 'studies.db');
    const options = { name: 's', space: line, storage, seed: 1, ifExists: 'load' } as const;
    const stopWhen = { trialsWithoutGain: 3 };
    const first = await createStudy(options);
    await first.optimize(values(5, 4, 6, 6, 6), { trials: 20, stopWhen });
    expect(await first.trials()).toHaveLength(5);
    await first.enqueue({ x: 0.5 });
    const second = await createStudy(options);
    await Promise.all([first, second].map((study) => study.optimize(values(), { trials: 20, stopWhen })));
    expect((await second.trials()).map(({ state }) => state)).toEqual([...Array(5).fill('COMPLETE'), 'WAITING']);
    await first.close();
    await second.close();
  });

  it('waits for running trials that may change the decision', async () => {
    const study = await createStudy({ name: 's', space: line, storage: 'memory:', seed: 1 });
    const stopWhen = { trialsWithoutGain: 2 };
    const [best, slow] = [await study.ask(), await study.ask()];
    await study.tell(best, 5);
    for (const value of [6, 6]) await study.tell(await study.ask(), value);
    expect(await study.askUntil(20, { stopWhen })).toBe('elsewhere'); // trial 1 might gain
    expect(await study.stopReason(stopWhen)).toBeUndefined();
    await study.tell(slow, 4);
    expect(await study.askUntil(20, { stopWhen })).toBeUndefined();
    expect(await study.stopReason(stopWhen)).toMatchObject({ trial: 3 });
  });

  it('ends when the model leaves less room than the error, and decides the same in another process', async () => {
    const storage = join(memoryFolder(), 'studies.db');
    const options = { name: 's', space: line, storage, seed: 1, ifExists: 'load', sampler: gp() } as const;
    const objective = ({ params: { x } }: { params: { x: number } }) => (x - 0.3) ** 2;
    const rules = () => ({ trials: 60, stopWhen: { improvement: regretBound(), error: 0.001, every: 2 } });
    const first = await createStudy(options);
    await first.optimize(objective, rules());
    const count = (await first.trials()).length;
    expect(count).toBeGreaterThanOrEqual(20);
    expect(count).toBeLessThan(60);
    expect((await first.systemAttrs())['hpo:stopped']).toMatchObject({ rule: 'improvement', trial: count - 1 });
    const second = await createStudy(options);
    await second.optimize(objective, rules());
    expect(await second.trials()).toHaveLength(count);
    await first.close();
    await second.close();
  });

  it('asks for the scores of folds where the error is that of cross-validation', async () => {
    const study = await createStudy({ name: 's', space: line, storage: 'memory:', sampler: random(), seed: 1 });
    const stopWhen = { improvement: stagnation({ trials: 4 }), error: crossValidationError(), minTrials: 2, every: 1 };
    await expect(study.optimize(values(1, 2, 3), { trials: 9, stopWhen })).rejects.toThrow(
      'has no scores of several folds',
    );
    const scored = await createStudy({ name: 't', space: line, storage: 'memory:', sampler: random(), seed: 1 });
    await scored.optimize(
      async ({ trial }) => {
        for (const fold of [0, 1, 2]) await trial.report(trial.number + 3 * fold, fold);
        return trial.number;
      },
      { trials: 9, stopWhen },
    );
    // The error is 2.24; after the best trial, the first, there are 4 trials to wait for, then 3, then 2.
    expect((await scored.trials()).length).toBe(3);
  });

  it('with several at once starts none after it, and is refused for several directions', async () => {
    const study = await createStudy({ name: 's', space: line, storage: 'memory:', seed: 1 });
    await study.optimize(values(5, 5, 5, 5, 5, 5), { trials: 50, concurrency: 3, stopWhen: { trialsWithoutGain: 4 } });
    const trials = await study.trials();
    expect(trials.length).toBeGreaterThanOrEqual(5);
    expect(trials.length).toBeLessThanOrEqual(7);
    expect(trials.every(({ state }) => state === 'COMPLETE')).toBe(true);
    const several = await createStudy({ name: 't', storage: 'memory:', directions: ['minimize', 'maximize'] });
    await expect(several.optimize(() => [1, 1], { trials: 1, stopWhen: { value: 1 } })).rejects.toThrow(
      'optimize(): `stopWhen` is for studies with one direction',
    );
  });
});
