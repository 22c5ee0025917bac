import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// A search with several directions from the run to the retraining of one of its best trials.

const cwd = temporaryProject({
  'study.ts': `
    import { defineStudy, int, random, space } from 'hpo';
    export default defineStudy({
      name: 'two',
      space: space({ x: int(0, 3) }),
      directions: ['minimize', 'maximize'],
      sampler: random(),
      seed: 1,
      trials: 20,
      objective: ({ params }) => [params.x, Math.min(params.x, 1)],
      retrain: { run: ({ params }) => ({ trained: params.x }) },
    });`,
});

const hpo = new WarmHpo();

afterAll(() => rmSync(cwd, { recursive: true }));

it('shows the Pareto front, and retrains the chosen trial', async () => {
  const run = await hpo.run(['run', 'study.ts'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const front = run.stdout
    .match(/^on the Pareto front are \d+ trials: (.*); `hpo best` shows them$/m)?.[1]
    ?.split(', ');
  const best = await hpo.run(['best', '--format', 'json'], { cwd });
  const trials = JSON.parse(best.stdout) as { trial: number; values: [number, number] }[];
  expect(front?.filter((number) => number !== '…')).toEqual(trials.slice(0, 10).map(({ trial }) => String(trial)));
  expect(new Set(trials.map(({ values }) => values.join()))).toEqual(new Set(['0,0', '1,1']));
  expect(existsSync(join(cwd, 'runs'))).toBe(false);

  const unchosen = await hpo.run(['retrain', 'study.ts'], { cwd });
  expect(unchosen).toMatchObject({ code: 2, stdout: '' });
  expect(unchosen.stderr).toMatch(
    /^hpo: The study 'two' has 2 directions and no single best trial; take one by --trial: /,
  );

  const one = trials.find(({ values }) => values[0] === 1);
  const retrained = await hpo.run(['retrain', 'study.ts', '--trial', String(one?.trial)], { cwd });
  expect(retrained).toMatchObject({ code: 0, stderr: '' });
  expect(retrained.stdout).toContain('trained=1');
});
