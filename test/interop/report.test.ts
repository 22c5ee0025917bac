import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parsePythonJson } from '../../src/base/json.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { describeWithOptuna, PATIENCE_MS, runPython } from './optuna-python.ts';

describeWithOptuna("a report of a file of Optuna's", () => {
  const program = new WarmHpo();

  it('reports its studies, and draws every chart that they have the data for', { timeout: PATIENCE_MS }, async () => {
    const cwd = tempFolder();
    const storage = join(cwd, 'optuna.db');
    await runPython('make_study.py', `sqlite:///${storage}`, 'theirs');
    const hpo = (...args: readonly string[]) => program.run([...args, '--storage', storage], { cwd });

    expect(await hpo('report', 'theirs')).toEqual({ code: 0, stdout: 'runs/theirs/report.html\n', stderr: '' });
    const page = readFileSync(join(cwd, 'runs/theirs/report.html'), 'utf8');
    const [, json = ''] = /<script type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
    const { study, params, trials } = parsePythonJson(json) as unknown as ReportData;
    expect({ study: study.objectives, facts: study.facts, params }).toMatchInlineSnapshot(`
      {
        "facts": [
          [
            "owner",
            "{"name": "Ω", "limit": Infinity}",
          ],
        ],
        "params": [
          {
            "high": 10,
            "kind": "number",
            "log": false,
            "low": -10,
            "name": "x",
          },
          {
            "high": 0.1,
            "kind": "number",
            "log": true,
            "low": 0.00001,
            "name": "rate",
          },
          {
            "high": 0.9,
            "kind": "number",
            "log": false,
            "low": 0,
            "name": "dropout",
          },
          {
            "high": 5,
            "kind": "number",
            "log": false,
            "low": 1,
            "name": "layers",
          },
          {
            "high": 1000,
            "kind": "number",
            "log": true,
            "low": 16,
            "name": "units",
          },
          {
            "high": 480,
            "kind": "number",
            "log": false,
            "low": 32,
            "name": "batch",
          },
          {
            "choices": [
              null,
              true,
              false,
              1.5,
              2,
              "é "quoted" 🎉",
            ],
            "kind": "choice",
            "name": "mixed",
          },
          {
            "high": 1,
            "kind": "number",
            "log": false,
            "low": 0,
            "name": "conditional/only odd",
          },
        ],
        "study": [
          {
            "direction": "minimize",
            "name": "value",
          },
        ],
      }
    `);
    expect(trials.map(({ state }) => state)).toContain('RUNNING');
    expect(trials[0]?.params[params.findIndex(({ name }) => name === 'mixed')]).toBe(0);
    const odd = params.findIndex(({ name }) => name === 'conditional/only odd');
    expect(trials.slice(0, 4).map((trial) => trial.params[odd] === null)).toEqual([true, false, true, false]);

    const kinds = ['history', 'intermediate-values', 'importance', 'edf', 'parallel-coordinates', 'contour', 'slice'];
    const drawn = await Promise.all([...kinds, 'timeline'].map((kind) => hpo('plot', kind, 'theirs')));
    expect(drawn).toEqual(
      [...kinds, 'timeline'].map((kind) => ({ code: 0, stdout: `runs/theirs/${kind}.svg\n`, stderr: '' })),
    );
    const refused = await hpo('plot', 'pareto-front', 'theirs several');
    expect(refused.stderr).toBe(
      "hpo: There is no pareto-front of the study 'theirs several' to draw. No trial is complete with finite values yet.\n",
    );
    expect(await hpo('plot', 'history', 'theirs several')).toMatchObject({ code: 0 });
  });
});
