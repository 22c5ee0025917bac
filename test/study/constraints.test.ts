import { describe, expect, it } from 'vitest';
import {
  constraintsOf,
  createStudy,
  float,
  gp,
  isFeasible,
  replayStudy,
  type Sampler,
  space,
  TrialPruned,
  tpe,
} from '../../src/index.ts';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';

const xy = space({ x: float(-5, 5), y: float(-5, 5) });

describe('trial.setConstraint()', () => {
  it('stores constraints as Optuna does, of which a second value replaces the first', async () => {
    const study = await createStudy({ name: 's', space: xy, storage: new MemoryStorage() });
    const trial = await study.ask();
    await trial.setConstraint('memory', 12.5);
    await trial.setConstraint('time', -Infinity);
    await trial.setConstraint('memory', -1);
    const { trial: told } = await study.tell(trial, 1);
    expect(told.systemAttrs).toMatchObject({ 'constraints:memory': -1, 'constraints:time': -Infinity });
    expect([...constraintsOf(told)]).toEqual([
      ['memory', -1],
      ['time', -Infinity],
    ]);
    expect(isFeasible(told)).toBe(true);
    await expect(trial.setConstraint('memory', 1)).rejects.toMatchObject({ code: 'HPO_TRIAL_STATE' });
  });

  it('refuses a value that is no number, and a name that cannot be stored', async () => {
    const study = await createStudy({ name: 's', space: xy, storage: new MemoryStorage() });
    const trial = await study.ask();
    const refused = (name: unknown, value: unknown) => trial.setConstraint(name as string, value as number);
    const wanted = 'give a number, 0 or below where it is met.';
    await expect(refused('memory', Number.NaN)).rejects.toThrow(`trial.setConstraint(): \`memory\` is NaN; ${wanted}`);
    await expect(refused('memory', '1')).rejects.toThrow(`trial.setConstraint(): \`memory\` is "1"; ${wanted}`);
    await expect(refused(1, 1)).rejects.toThrow('trial.setConstraint(): `name` is 1; give a string.');
    await expect(refused('x'.repeat(600), 1)).rejects.toMatchObject({ code: 'HPO_INVALID_ARGUMENT' });
    expect(constraintsOf((await study.trials())[0] as never).size).toBe(0);
  });

  it('keeps a trial that does not meet one from being the best, and from ending the study', async () => {
    const study = await createStudy({ name: 's', space: xy, storage: new MemoryStorage(), sampler: tpe(), seed: 1 });
    const told = [5, 1, 3, 4];
    const objective = async ({
      trial,
    }: {
      trial: { number: number; setConstraint: (n: string, v: number) => unknown };
    }) => {
      await trial.setConstraint('odd', trial.number % 2);
      return told[trial.number] as number;
    };
    await study.optimize(objective, { trials: 4, stopWhen: { value: 1 } });
    expect((await study.trials()).map(isFeasible)).toEqual([true, false, true, false]);
    expect((await study.bestTrial())?.number).toBe(2);
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([2]);
    const none = await createStudy({ name: 'none', space: xy, storage: new MemoryStorage() });
    await none.optimize(
      async ({ trial }) => {
        await trial.setConstraint('never', 1);
        return 0;
      },
      { trials: 2 },
    );
    expect(await none.bestTrial()).toBeUndefined();
  });

  it.each<[string, () => Sampler]>([
    ['tpe', () => tpe({ startupTrials: 8 })],
    ['gp', () => gp()],
  ])('makes %s() look where they are met, which replays and resumes alike', async (_name, sampler) => {
    const common = { name: 's', space: xy, sampler: sampler(), seed: 2, ifExists: 'load' } as const;
    const run = async (parts: readonly number[], isConstrained = true) => {
      const storage = new MemoryStorage();
      const study = await createStudy({ ...common, storage });
      for (const trials of parts) {
        await study.optimize(
          async ({ trial, params: { x, y } }) => {
            if (isConstrained) await trial.setConstraint('right', 1 - x);
            await trial.report(x, 0);
            if (trial.number % 9 === 8) throw new TrialPruned();
            return x ** 2 + y ** 2;
          },
          { trials },
        );
      }
      return { storage, trials: await study.trials() };
    };
    const whole = await run([40]);
    const late = whole.trials.slice(20);
    expect(late.filter(isFeasible).length).toBeGreaterThan(late.length / 2);
    const free = (await run([40], false)).trials.slice(20);
    expect(free.filter(({ params }) => (params.x as number) >= 1).length).toBeLessThan(late.length / 3);
    const parts = await run([7, 23, 40]);
    expect(parts.trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params));
    const replayed = await replayStudy({ name: 's', storage: whole.storage, sampler: sampler(), space: xy });
    expect(replayed).toMatchObject({ derivedTrials: 40, differences: [], underived: [] });
  });
});
