import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

it('a study that its own rule has ended is done for every run', async () => {
  const cwd = temporaryProject({
    'study.ts': `import { defineStudy, float, random, space } from 'hpo';
      export default defineStudy({
        name: 'study', space: space({ x: float(0, 1) }), sampler: random(), seed: 1, trials: 500,
        stopWhen: { value: 0.1, trialsWithoutGain: 30 },
        objective: async ({ trial }) => {
          await new Promise((done) => setTimeout(done, 50));
          return trial.number < 12 ? 1 - trial.number / 100 : 0.05;
        },
        retrain: { run: () => ({ loss: 0 }) },
      });`,
  });
  const run = () => runHpo(['run', 'study.ts', '--workers', '1'], { cwd });
  const runs = await Promise.all([run(), run()]);
  for (const { code, stdout } of runs) {
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\ndone, since a rule of the study has ended it, after .*\ntrial \d+ has reached 0\.1: 0\.05\n/,
    );
    expect(stdout).not.toContain('the same command goes on');
  }
  const states = countStates(await storedTrials(cwd));
  expect(Object.keys(states)).toEqual(['COMPLETE']);
  expect(states.COMPLETE).toBeGreaterThanOrEqual(13);
  expect(states.COMPLETE).toBeLessThanOrEqual(15); // those that ran when the value was reached
  expect(JSON.parse(readFileSync(join(cwd, 'runs/study/retrain/metrics.json'), 'utf8')).metrics).toEqual({ loss: 0 });

  const again = await new WarmHpo().runWithEvents(['run', 'study.ts'], { cwd });
  expect(again.end.code).toBe(0);
  expect(again.of('run-finished')).toMatchObject([{ reason: 'stopped', stopped: { rule: 'value' } }]);
  expect(countStates(await storedTrials(cwd))).toEqual(states);
});
