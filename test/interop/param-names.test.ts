import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

describeWithOptuna('a study of Python with names that have dots, or are `kind`', () => {
  it('goes on here, is in every output, and goes on there', async () => {
    const cwd = temporaryProject({
      'study.ts': `import { categorical, defineStudy, float, int, space } from 'hpo';
        export default defineStudy({
          name: 'study', seed: 1, enqueue: [{ 'optimizer.lr': 0.1, kind: 'cnn', 'model.layers': 1 }],
          space: space({
            'optimizer.lr': float(1e-4, 1, { log: true }), kind: categorical(['cnn', 'mlp']), 'model.layers': int(1, 4),
          }),
          objective: ({ params }) =>
            Math.abs(params['optimizer.lr'] - 0.1) + params['model.layers'] + (params.kind === 'mlp' ? 1 : 0),
          retrain: { run: ({ params }) => params },
        });`,
    });
    const hpo = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await runHpo(args, { cwd });
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    const read = (file: string) => JSON.parse(readFileSync(join(cwd, 'runs/study', file), 'utf8'));
    const best = { 'optimizer.lr': 0.1, kind: 'cnn', 'model.layers': 1 };
    const url = `sqlite:///${cwd}/hpo.db`;

    await runPython('hydra_study.py', url, 'study', '12');
    await hpo('run', 'study.ts', '--trials', '16', '--workers', '1');
    expect(read('best.json').params).toEqual(best);
    expect(read('retrain/metrics.json').metrics).toEqual(best);
    const trials = await storedTrials(cwd);
    expect(trials.map(({ state }) => state)).toEqual(Array(16).fill('COMPLETE'));
    expect(trials.every(({ params }) => Object.keys(params).length === 3)).toBe(true);

    expect(JSON.parse(await hpo('export'))).toEqual(best);
    expect(await hpo('export', '--format', 'env')).toContain('OPTIMIZER_LR=0.1\nKIND=cnn\nMODEL_LAYERS=1\n');
    expect(await hpo('export', '--format', 'ts')).toContain(`readonly 'optimizer.lr': number;`);
    const [head] = (await hpo('trials', '--format', 'csv')).split(/\r?\n/);
    expect(head).toContain('params.optimizer.lr,params.kind,params.model.layers');
    await hpo('report', 'study');
    expect(readFileSync(join(cwd, 'runs/study/report.html'), 'utf8')).toContain('optimizer.lr');
    expect(await hpo('retrain', 'study.ts', '--config', 'runs/study/best.json')).toContain('retrained');
    expect(await runPython('hydra_study.py', url, 'study', '2')).toEqual(best);
  });
});
