import { expect, it } from 'vitest';
import { storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

const hpo = new WarmHpo();

const SPACE = "space: space({ shape: categorical(['a', 'b', 'c']) }),";

it('a trial that repeats another one has its value at once, and its event says so', async () => {
  const folder = tempFolder();
  const file = writeStudy(
    folder,
    "await trial.report(1, 0); return params.shape === 'b' ? 1 : 2;",
    `${SPACE} duplicates: 'reuse',`,
  );
  const run = await hpo.runWithEvents(['run', file, '--workers', '1'], { cwd: folder });
  expect(run.end).toEqual({ code: 0, stderr: '' });
  const trials = await storedTrials(folder);
  expect(trials).toHaveLength(12);
  expect(trials.filter(({ intermediateValues }) => intermediateValues.size > 0)).toHaveLength(3);
  const repeated = run.of('trial-finished').filter(({ repeats }) => repeats !== undefined);
  expect(repeated).toHaveLength(9);
  for (const { trial, repeats, values, counts } of repeated) {
    expect([trials[trial]?.systemAttrs['hpo:repeats'], trials[trial]?.values]).toEqual([repeats, values]);
    expect(trials[trial]?.params).toEqual(trials[repeats ?? -1]?.params);
    expect(counts.complete).toBe(trial + 1);
  }
});

it('a study ends well when its space has been tried to its end, and says so', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, 'return trial.number;', `${SPACE} duplicates: 'resample',`);
  for (const _ of ['first', 'again']) {
    const run = await hpo.runWithEvents(['run', file, '--workers', '2'], { cwd: folder });
    expect(run.end).toEqual({ code: 0, stderr: '' });
    expect(run.of('run-finished')).toMatchObject([{ reason: 'spent' }]);
    const shapes = (await storedTrials(folder)).map(({ params }) => params.shape);
    expect(shapes.sort()).toEqual(['a', 'b', 'c']);
  }
});
