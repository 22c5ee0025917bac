import { expect, it } from 'vitest';
import { createStudy, float, type Sampler, space } from '../../src/index.ts';

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const SPACE = space({ x: float(0, 1) });

/** A slow sampler, so that callers that ask for trials wait for one another. */
const slow: Sampler = {
  name: 'slow',
  async start() {
    await sleep(50);
    return { params: new Map() };
  },
  sample: () => 0.5,
};

it('optimize() starts no further trial once one of its loops cannot go on, and waits for those that run', async () => {
  const study = await createStudy({ name: 's', space: SPACE, storage: 'memory:', seed: 1, sampler: slow });
  let [begun, ended, begunBefore] = [0, 0, 0];
  const run = study.optimize(
    async ({ params }) => {
      begun++;
      await sleep(20);
      ended++;
      return params.x;
    },
    {
      trials: 40,
      concurrency: 4,
      onTrial: ({ trial }) => {
        if (trial.number !== 3) return;
        begunBefore = begun;
        throw new Error('enough');
      },
    },
  );
  await expect(run).rejects.toThrow('enough');
  expect(ended).toBe(begun);
  // One may have been drawn before the error arrived.
  expect(begun - begunBefore).toBeLessThanOrEqual(1);
  const states = (await study.trials()).map(({ state }) => state);
  expect(states.filter((state) => state === 'RUNNING')).toEqual([]);
  await sleep(200);
  expect((await study.trials()).map(({ state }) => state)).toEqual(states);
});

it('optimize() rejects with the first error', async () => {
  const study = await createStudy({ name: 's', space: SPACE, storage: 'memory:', seed: 1 });
  const errors: string[] = [];
  let failed = (): void => {};
  const hasFailed = new Promise<void>((resolve) => {
    failed = resolve;
  });
  const run = study.optimize(({ trial }) => (trial.number === 0 ? hasFailed.then(() => 0) : 1), {
    trials: 2,
    concurrency: 2,
    onTrial: ({ trial }) => {
      errors.push(`of trial ${trial.number}`);
      setImmediate(failed);
      throw new Error(`of trial ${trial.number}`);
    },
  });
  await expect(run).rejects.toThrow('of trial 1');
  expect(errors).toEqual(['of trial 1', 'of trial 0']);
});

it('optimize() gives objectives a context whose copies have all of it', async () => {
  const study = await createStudy({ name: 's', space: SPACE, storage: 'memory:', seed: 1 });
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  const objective = (context: Parameters<Parameters<typeof study.optimize>[0]>[0]) => {
    const { trial, params, studySeed, signal } = { ...context };
    expect([params, studySeed]).toEqual([trial.params, 1]);
    signals.push(signal, context.signal);
    if (trial.number === 2) controller.abort();
    return params.x;
  };
  await study.optimize(objective, { trials: 3, signal: controller.signal });
  expect(signals.map(({ aborted }) => aborted)).toEqual(Array(6).fill(true));
  expect(signals[0]).toBe(signals[1]);
  expect(new Set(signals).size).toBe(3);
});
