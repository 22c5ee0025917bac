import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

const hpo = new WarmHpo();

const OBJECTIVE = `return params.x + (await trial.suggestInt('layers', 2, 2));`;
const RETRAIN = 'retrain: { run: ({ params }) => params },';

it('the parameters that the winner asked for as it ran are in best.json and in its retraining', async () => {
  const folder = tempFolder();
  const file = writeStudy(folder, OBJECTIVE, RETRAIN);
  const content = (name: string) => JSON.parse(readFileSync(join(folder, 'runs/study', name), 'utf8'));
  const run = await hpo.run(['run', file, '--trials', '1', '--workers', '1'], { cwd: folder });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const { params } = content('best.json');
  expect(params).toEqual({ x: expect.any(Number), lr: expect.any(Number), shape: expect.any(String), layers: 2 });
  expect(content('retrain/metrics.json').metrics).toEqual(params);

  for (const configuration of [
    ['--trial', '0'],
    ['--config', 'runs/study/best.json'],
  ]) {
    const { code } = await hpo.run(['retrain', file, ...configuration], { cwd: folder });
    expect(code).toBe(0);
    expect(content('retrain/metrics.json').metrics).toEqual(params);
  }
});
