import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { constraintsOf } from '../../src/index.ts';
import { HPO_MODULE } from '../support/run-hpo.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

const hpo = new WarmHpo();

it('constraints of trials in workers are stored, decide the best trial, and are shown', async () => {
  const folder = tempFolder();
  const file = writeStudy(
    folder,
    `await trial.setConstraint('shape', trial.number === 1 ? -0.5 : 2);
     if (trial.number === 2) await trial.setConstraint('shape', NaN);
     return trial.number;`,
  );
  const run = await hpo.run(['run', file, '--trials', '4', '--workers', '2'], { cwd: folder });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const trials = await storedTrials(folder);
  expect(trials.map((trial) => [...constraintsOf(trial).values()])).toEqual([[2], [-0.5], [2], [2]]);
  expect(trials[2]?.systemAttrs['hpo:error']).toMatchObject({
    message: 'trial.setConstraint(): `shape` is NaN; give a number, 0 or below where it is met.',
  });
  const shown = await hpo.run(['trials', '--format', 'csv', '--columns', 'trial,feasible,constraints'], {
    cwd: folder,
  });
  expect(shown.stdout).toBe('trial,feasible,constraints.shape\n0,false,2\n1,true,-0.5\n2,false,2\n3,false,2\n');
  const best = await hpo.run(['best', '--format', 'json'], { cwd: folder });
  expect(JSON.parse(best.stdout)).toMatchObject({ trial: 1, feasible: true, constraints: { shape: -0.5 } });
});

it('a program states constraints in its lines', async () => {
  const folder = tempFolder();
  const said = '{"constraints": {"size": %s, "time": -1}, "value": %s}';
  writeFileSync(join(folder, 'program.sh'), `printf '${said}\\n' "$HPO_TRIAL" "$HPO_TRIAL"`);
  writeFileSync(
    join(folder, 'study.ts'),
    `import { command, defineStudy, float, space } from ${JSON.stringify(HPO_MODULE)};
export default defineStudy({
  name: 'study', space: space({ x: float(0, 1) }), trials: 3, objective: command({ run: 'sh program.sh' }),
});
`,
  );
  const run = await hpo.run(['run', 'study.ts', '--workers', '1'], { cwd: folder });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const trials = await storedTrials(folder);
  expect(trials.map((trial) => Object.fromEntries(constraintsOf(trial)))).toEqual(
    [0, 1, 2].map((size) => ({ size, time: -1 })),
  );
  expect(trials.map(({ values }) => values)).toEqual([[0], [1], [2]]);
});
