import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, loadStudy, metricsOf, random, space } from 'hpo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// The figures that objectives report beside their intermediate values, as the commands print and draw them.

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  const study = await createStudy({
    name: 'measured',
    storage: join(cwd, 'hpo.db'),
    sampler: random(),
    seed: 1,
    space: space({ x: float(0, 1) }),
  });
  await study.optimize(
    async ({ trial, params: { x } }) => {
      await trial.report(2, 1, { accuracy: 0.5, 'top 5': Number.NaN });
      await expect(trial.report(1.5, 2, { accuracy: '0.75' as unknown as number })).rejects.toThrow(
        'trial.report(): `accuracy` is "0.75"; give a number.',
      );
      await expect(trial.report(1.5, 2, { step: 2 })).rejects.toThrow('`step` cannot name a metric');
      expect(await trial.report(1, 2, { accuracy: 0.75 })).toBe(true);
      expect(await trial.report(1, 2, { accuracy: 1 })).toBe(false);
      return x;
    },
    { trials: 2 },
  );
  await study.close();
});

afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();
const hpo = (...args: readonly string[]) => program.run(args, { cwd });

it('are read back with a trial', async () => {
  const study = await loadStudy({ name: 'measured', storage: join(cwd, 'hpo.db') });
  const [trial] = await study.trials();
  await study.close();
  expect([...metricsOf(trial as NonNullable<typeof trial>)]).toEqual([
    [1, { accuracy: 0.5, 'top 5': Number.NaN }],
    [2, { accuracy: 0.75 }],
  ]);
  expect([...(trial?.intermediateValues ?? [])]).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

it('stand beside the reports of trials', async () => {
  const [json, csv, plain] = await Promise.all([
    hpo('trials', '--reports', '--columns', 'trial', '--format', 'json'),
    hpo('trials', '--columns', 'trial,metrics', '--format', 'csv'),
    hpo('trials', '--format', 'csv'),
  ]);
  expect(JSON.parse(json.stdout)[1]).toEqual({
    trial: 1,
    reports: { 1: 2, 2: 1 },
    metrics: { 1: { accuracy: 0.5, 'top 5': 'NaN' }, 2: { accuracy: 0.75 } },
  });
  expect(csv.stdout.split('\r\n').slice(0, 2).join('\n').replaceAll('\r', '')).toMatch(
    /^trial,metrics\.1\.accuracy,metrics\.1\.top 5,metrics\.2\.accuracy\n0,0\.5,NaN,0\.75/,
  );
  expect(plain.stdout).not.toContain('metrics');
});

it('are columns by their names, to be picked and sorted by', async () => {
  const [sorted, nested, several, misspelt] = await Promise.all([
    hpo('trials', '--columns', 'trial,metrics.2.accuracy', '--sort', 'metrics.2.accuracy', '--desc', '--format', 'csv'),
    hpo('trials', '--columns', 'metrics.1.accuracy,metrics.1.top 5', '--limit', '1', '--format', 'json'),
    hpo('trials', '--sort', 'metrics.2'),
    hpo('trials', '--sort', 'metrics.2.acuracy'),
  ]);
  const column = sorted.stdout
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => Number(row.split(',')[1]));
  expect(column).toEqual(column.toSorted((a, b) => b - a));
  expect(column).toContain(0.75);
  expect(JSON.parse(nested.stdout)).toEqual([{ metrics: { 1: { accuracy: 0.5, 'top 5': 'NaN' } } }]);
  expect(several).toMatchObject({
    code: 2,
    stderr: 'hpo: --sort: metrics.2 are several figures; name one: metrics.2.<name>.\n',
  });
  expect(misspelt).toMatchObject({
    code: 2,
    stderr: 'hpo: --sort: none of these trials has metrics.2.acuracy; is its name right?\n',
  });
});

it('are drawn by choice', async () => {
  const [drawn, unknown] = await Promise.all([
    hpo('plot', 'intermediate-values', '--metric', 'accuracy', '-o', 'a.svg'),
    hpo('plot', 'intermediate-values', '--metric', 'acuracy'),
  ]);
  expect(drawn).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(cwd, 'a.svg'), 'utf8')).toMatch(/<text [^>]*>accuracy<\/text>/);
  expect(unknown).toMatchObject({
    code: 2,
    stderr: "hpo: --metric: the study 'measured' has no metric 'acuracy'; it has accuracy, top 5.\n",
  });
});
