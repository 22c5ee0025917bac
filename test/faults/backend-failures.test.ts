import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { CHECKOUT, temporaryProject } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

const FULL = 'WebAssembly is out of memory: take smaller batches or fewer workers (--workers)';

/**
 * A folder with a study that computes on WebAssembly: `fill()` asks for more memory than there can be, `product()` is
 * right.
 */
function project(objective: string, more = ''): string {
  const folder = temporaryProject({
    'study.ts': `
      import * as tf from '@tensorflow/tfjs-core';
      import { categorical, defineStudy, random, space } from 'hpo';
      import { device } from 'hpo/tfjs';
      const fill = () => tf.tidy(() => tf.matMul(tf.ones([33_000, 1]), tf.ones([1, 33_000])));
      const product = () => tf.tidy(() => tf.sum(tf.matMul(tf.ones([8, 9]), tf.ones([9, 7]))).dataSync()[0] ?? 0);
      export default defineStudy({
        name: 'study', device: () => device({ backend: 'wasm' }), sampler: random(), space: space({ x: categorical([1]) }),
        async objective({ trial: { number } }) { ${objective} },
        ${more}
      });`,
  });
  symlinkSync(join(CHECKOUT, 'node_modules/@tensorflow'), join(folder, 'node_modules/@tensorflow'), 'junction');
  return folder;
}

describe.concurrent('a backend out of memory', () => {
  it('costs only its trial, whatever happens to the error, and its worker is replaced', async () => {
    const objective = `
      console.log(process.pid);
      if (number === 1) fill();
      if (number === 3) try { fill(); } catch (error) { console.log((error as Error).message); }
      if (number === 5) try { fill(); } catch { throw new Error('no fit'); }
      return product();`;
    const retrain = 'retrain: { run: async () => ({ pid: process.pid, product: product() }) },';
    const run = new HpoProcess(project(objective, retrain), ['run', 'study.ts', '--trials', '6', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });

    const trials = run.of('trial-finished').map(({ values, failure }) => values?.[0] ?? failure?.message);
    expect(trials).toEqual([504, FULL, 504, 504, 504, `no fit (${FULL})`]);
    const said = (trial: number) =>
      run
        .of('log')
        .filter((line) => line.trial === trial)
        .map(({ text }) => text);
    const pids = [0, 1, 2, 3, 4, 5].map((trial) => said(trial)[0]);
    expect(said(3)[1]).toBe(FULL);
    const [retrained] = run.of('retrain-finished');
    const metrics = retrained?.metrics as { pid: number; product: number };
    expect(metrics.product).toBe(504);
    const [a, b, c, d] = [pids[0], pids[2], pids[4], String(metrics.pid)];
    expect(pids).toEqual([a, a, b, b, c, c]);
    expect(new Set([a, b, c, d]).size).toBe(4);
  });

  it('ends a retraining in one line', async () => {
    const folder = project('return product();', 'retrain: { run: async () => { try { fill(); } catch {} fill(); } },');
    const run = new HpoProcess(folder, ['run', 'study.ts', '--trials', '1', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 2, stderr: `hpo: ${FULL}\n` });
  });
});

it.concurrent('a retraining whose process dies ends in one line', async () => {
  const retrain = "retrain: { run: async () => { console.error('no way'); process.abort(); } },";
  const folder = tempFolder();
  const file = writeStudy(folder, 'return 1;', retrain);
  const run = new HpoProcess(folder, ['run', file, '--trials', '1', '--workers', '1']);
  const { code, stderr } = await run.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^hpo: The retraining ended its worker: The worker process was ended by SIGABRT\. It said: .+\n$/,
  );
});

it.concurrent('tensors that trials leave behind are reported once', async () => {
  const folder = project('tf.zeros([1000, 1000]); tf.zeros([1]); return product();');
  const run = new HpoProcess(folder, ['run', 'study.ts', '--trials', '9', '--workers', '1']);
  expect(await run.ended).toEqual({ code: 0, stderr: '' });
  expect(run.of('warning').map(({ message }) => message)).toEqual([
    'Tensors stay in memory: 5 trials of one worker left 10 behind (20.0 MB). Compute inside tf.tidy(), and dispose() of models, optimizers and data when a trial ends, also when it is pruned.',
  ]);
});
