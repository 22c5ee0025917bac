import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHpo, temporaryProject, writeFiles } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const warm = new WarmHpo();

const study = (params: string) => `import { defineStudy, float, space } from 'hpo';
export default defineStudy({
  name: 'grown',
  space: space({ ${params} }),
  seed: 1,
  objective: ({ params }) => Object.values(params).length * 100 + params.x ** 2,
  retrain: { run: ({ params }) => ({ ...params }) },
});
`;

it('a run with other parameters than its study is refused, or draws those that the winner lacks', async () => {
  const cwd = temporaryProject({ 'study.ts': study('x: float(-5, 5)') });
  const content = (name: string) => JSON.parse(readFileSync(join(cwd, 'runs/grown', name), 'utf8'));
  const run = ['run', 'study.ts', '--workers', '1', '--trials'];
  expect(await runHpo([...run, '3', '--no-retrain'], { cwd })).toMatchObject({ code: 0 });

  writeFiles(cwd, { 'study.ts': study('x: float(-5, 5), y: float(10, 11)') });
  const mend =
    'Undo the change or give the study another name, or let its trials count for the parameters that they have: --new-params (in a program `newParams: true`).';
  const best = content('best.json').trial;
  expect(await warm.run([...run, '5'], { cwd })).toEqual({
    code: 2,
    stdout: '',
    stderr: `hpo: The study 'grown' in sqlite:///hpo.db cannot be continued: its space has other parameters than its trials: \`y\` is new (trial 0 has none). ${mend}\n`,
  });
  expect(await warm.run(['retrain', 'study.ts'], { cwd })).toMatchObject({
    code: 2,
    stderr: `hpo: Trial ${best} of 'grown' in sqlite:///hpo.db cannot be retrained: it has no \`y\`; --new-params draws what it lacks, by the study's seed.\n`,
  });
  expect((await warm.run(['trials', 'grown', '--format', 'value', '--columns', 'trial'], { cwd })).stdout).toBe(
    '0\n1\n2\n',
  );
  expect(existsSync(join(cwd, 'runs/grown/retrain'))).toBe(false);

  const { code, stdout } = await warm.run([...run, '5', '--new-params'], { cwd });
  expect(code).toBe(0);
  const { trial, params, drawn } = content('best.json');
  expect(stdout).toContain(
    `trial ${trial} was run without \`y\`; for its retraining the study's seed has drawn y=${params.y}`,
  );
  expect([trial, drawn]).toEqual([best, ['y']]);
  expect(params.y).toBeGreaterThanOrEqual(10);
  expect(content('retrain/metrics.json').metrics).toEqual(params);

  for (const args of [
    ['retrain', 'study.ts'],
    ['retrain', 'study.ts', '--config', 'runs/grown/best.json'],
    [...run, '6'], // a permission is not needed again
  ]) {
    expect(await warm.run(args, { cwd }), args.join(' ')).toMatchObject({ code: 0, stderr: '' });
    expect(content('retrain/metrics.json').metrics).toEqual(params);
  }
  for (const args of [
    ['export', '--format', 'ts'],
    ['report', 'grown'],
  ])
    expect(await warm.run(args, { cwd }), args.join(' ')).toMatchObject({ code: 0, stderr: '' });
});
