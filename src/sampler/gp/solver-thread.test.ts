import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../test/support/history.ts';
import { atOnce, searchByRun, startingTrial } from '../../../test/support/search.ts';
import { testFunctions } from '../../../test/support/test-functions.ts';
import { random } from '../random.ts';
import type { Draw } from '../sampler.ts';
import type { Problem } from './problem.ts';
import { GpSampler } from './sampler.ts';
import { SolverThread } from './solver-thread.ts';

const history = historyOf(searchByRun(random(), testFunctions.conditional, 20, 1));
const [here, next] = [20, 21].map((number) => atOnce(new GpSampler().start(history, startingTrial(number))));

function threaded(program?: URL) {
  const thread = new SolverThread(program);
  const sampler = new GpSampler({}, (problem) => thread.solve(problem));
  return { thread, start: (number: number): Draw | Promise<Draw> => sampler.start(history, startingTrial(number)) };
}

describe('a thread', () => {
  it('finds the points that are found without it, whatever the order of the problems', async () => {
    const { start, thread } = threaded();
    expect(await Promise.all([start(21), start(20), start(21)])).toEqual([next, here, next]);
    expect(thread.isRunning).toBe(true);
  });

  it('reports what solving throws', async () => {
    const { thread, start } = threaded();
    await expect(thread.solve({ params: [['x', 'no JSON']] } as unknown as Problem)).rejects.toThrow('no JSON');
    expect(await start(20)).toEqual(here);
    expect(thread.isRunning).toBe(true);
  });

  it('is done without where its program is missing, fails or ends', async () => {
    for (const program of [
      'missing.js',
      'data:text/javascript,throw new Error()',
      'data:text/javascript,process.exit()',
    ]) {
      const { start, thread } = threaded(new URL(program, import.meta.url));
      expect(await Promise.all([start(20), start(21)])).toEqual([here, next]);
      expect(thread.isRunning).toBe(false);
      expect(await start(20)).toEqual(here);
    }
  });
});
