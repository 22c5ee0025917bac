import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  categorical,
  createStudy,
  float,
  gp,
  int,
  loadStudy,
  type Params,
  space,
  TrialPruned,
  variant,
} from '../../src/index.ts';
import { memoryFolder } from '../support/temp-folder.ts';

const mixed = space({
  rate: float(1e-4, 1, { log: true }),
  batch: categorical([16, 64, 256]),
  optimizer: variant({ adam: { beta: float(0.5, 0.999) }, sgd: { steps: int(1, 5) } }),
});

interface Context {
  readonly params: Params<typeof mixed>;
  readonly trial: { report(value: number, step: number): Promise<unknown> };
}

/** Fails, is pruned, or gives a value, by its parameters. */
async function objective({ params, trial }: Context): Promise<number> {
  const { rate, batch, optimizer } = params;
  if (rate > 0.5) throw new Error('It diverged.');
  const own = optimizer.kind === 'adam' ? (optimizer.beta - 0.9) ** 2 : 0.1 * optimizer.steps;
  const loss = (Math.log10(rate) + 2) ** 2 + own + batch / 1000;
  await trial.report(loss + 1, 0);
  if (loss > 3) throw new TrialPruned();
  return loss;
}

it('a study in SQLite that is opened again goes on as if it had not been closed, and with threads as without', async () => {
  const options = { name: 'study', space: mixed, sampler: gp(), seed: 3 };
  const [whole, cut] = [join(memoryFolder(), 'whole.db'), join(memoryFolder(), 'cut.db')];
  const study = await createStudy({ ...options, storage: whole });
  await study.optimize(objective, { trials: 55 }); // from 50 trials on in a thread
  const first = await createStudy({ ...options, storage: cut });
  await first.optimize(objective, { trials: 14 });
  for (const trials of [33, 52, 55]) {
    const next = await loadStudy({ ...options, sampler: gp(), storage: cut });
    await next.optimize(objective, { trials });
  }
  const all = await study.trials();
  const reopened = await (await loadStudy({ ...options, storage: cut })).trials();
  expect(reopened.map(({ state, params, values }) => ({ state, params, values }))).toEqual(
    all.map(({ state, params, values }) => ({ state, params, values })),
  );
  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['COMPLETE', 'PRUNED', 'FAIL']));
  expect((await study.bestTrial())?.values?.[0]).toBeLessThan(0.03);
});
