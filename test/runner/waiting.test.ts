import { join } from 'node:path';
import { expect, it } from 'vitest';
import { categorical, createStudy, float, space } from '../../src/index.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

it('a run that waits for another process names the trial and the process once, and ends when the trial does', async () => {
  const folder = tempFolder();
  const study = await createStudy({
    name: 'study',
    storage: join(folder, 'hpo.db'),
    seed: 7,
    space: space({ x: float(-5, 5), lr: float(1e-4, 1, { log: true }), shape: categorical(['a', 'b', 'c']) }),
  });
  const trial = await study.ask();
  const file = writeStudy(folder, 'return params.x;');
  const run = new HpoProcess(folder, ['run', file, '--trials', '3', '--workers', '2']);
  const { trials } = await run.waitFor('waiting');
  expect(trials).toEqual([
    { trial: trial.number, by: expect.stringMatching(new RegExp(`^process ${process.pid} on .`)) },
  ]);
  await study.tell(trial, 0.5);
  expect(await run.ended).toEqual({ code: 0, stderr: '' });
  expect(run.of('waiting')).toHaveLength(1);
  expect(run.of('run-finished')).toMatchObject([{ reason: 'done', counts: { complete: 3 } }]);
  await study.close();
});
