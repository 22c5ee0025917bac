import { beforeEach, describe, expect, it } from 'vitest';
import { defineStudy, float, space, type Trial, TrialPruned } from '../../index.ts';
import type { StudyDefinition } from '../../study/definition/definition.ts';
import { BackendWatch } from './backend-watch.ts';
import { runTrial, type TrialRunParts } from './trial-run.ts';

type Requests = TrialRunParts['coordinator'];

let requests: unknown[];
beforeEach(() => {
  requests = [];
});

/** A coordinator that notes each request, and has the answer to some. */
const coordinator: Requests = {
  request: async (method, argument) => {
    requests.push([method, argument]);
    const answers: Readonly<Record<string, unknown>> = { report: true, shouldPrune: true, suggest: 0.25 };
    return answers[method] as never;
  },
};

/** The end of a trial with this objective. */
function run(objective: (trial: Trial) => unknown) {
  const study = defineStudy({
    name: 'study',
    space: space({ x: float(0, 1) }),
    direction: 'minimize',
    objective: ({ trial }) => objective(trial) as number,
  }) as unknown as StudyDefinition;
  const checkpoints = { trial: 7, label: 'Trial 7', attempt: 1, place: '/nowhere', direction: undefined, reports: [] };
  const order = { number: 7, params: { x: 0.5 }, studySeed: 1, attempt: 1, settings: {}, checkpoints };
  const { signal } = new AbortController();
  return runTrial(order, {
    ...{ study, coordinator, backend: new BackendWatch(), signal },
    ...{ log: () => undefined, warn: () => undefined },
  });
}

describe('a trial in a worker', () => {
  it('asks the coordinator, and has its answers', async () => {
    const end = await run(async (trial) => {
      expect(trial.params).toEqual({ x: 0.5 });
      expect(await trial.report(2, 1, { accuracy: 0.5 })).toBe(true);
      await trial.setUserAttr('device', 'cpu');
      await trial.setConstraint('size', -1);
      expect(await trial.suggestFloat('y', 0, 1)).toBe(0.25);
      if (await trial.shouldPrune()) throw new TrialPruned();
    });
    expect(end).toEqual({ told: 'PRUNED' });
    expect(requests).toEqual([
      ['report', { value: 2, step: 1, extras: { accuracy: 0.5 } }],
      ['setUserAttr', { key: 'device', value: 'cpu' }],
      ['setConstraint', { name: 'size', value: -1 }],
      ['suggest', { name: 'y', distribution: expect.stringContaining('"FloatDistribution"') }],
      ['shouldPrune', undefined],
    ]);
  });

  it('sends nothing once its objective has ended, since it would count for the next trial', async () => {
    let late: Promise<unknown> | undefined;
    const end = await run(async (trial) => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => trial.report(1, 1));
      late.catch(() => undefined);
      return 3;
    });
    expect(end).toEqual({ told: 3 });
    await expect(late).rejects.toMatchObject({
      code: 'HPO_TRIAL_STATE',
      message: 'Trial 7 has ended; await what it does before its objective returns.',
    });
    expect(requests).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['values for another number of directions', [1, 2]],
    ['a function', () => 1],
    ['nothing', undefined],
    ['NaN', Number.NaN],
  ])('fails with %s for its result', async (_, result) => {
    expect(await run(() => result)).toMatchObject({ told: 'FAIL', failure: { name: 'InvalidValue' } });
  });

  it('fails with the error of its objective', async () => {
    const end = await run(() => Promise.reject(new TypeError('no data')));
    expect(end).toMatchObject({ told: 'FAIL', failure: { name: 'TypeError', message: 'no data' } });
  });
});
