import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

const hpo = new WarmHpo();

/** A fake GPU, whose probe finds out how many trials it takes at once. */
const gpuWith = (probe: string) => `
  device: async () => ({
    backend: 'pretended', kind: 'gpu', description: 'a GPU',
    packing: async () => { ${probe} },
  }),`;

const device = gpuWith("return { trials: 2, reason: '2 are best' };");

/** An `nvidia-smi` that reports two cards and leaves a file, in a folder that comes before all others. */
function withCards(folder: string): Record<string, string> {
  const program = join(folder, 'nvidia-smi');
  writeFileSync(
    program,
    "#!/bin/sh\nprintf '0, NVIDIA A100, 37, 1024, 40960\\n1, Tesla T4, [N/A], 2, 15360\\n'\n>asked\n",
  );
  chmodSync(program, 0o755);
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}

describe.concurrent('runs on GPUs', () => {
  it('pack the number of trials on each that the device finds best, unless the user gives one', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'return params.x;', device);
    const workersOf = async (...args: string[]) => {
      const run = await hpo.runWithEvents(['run', file, '--trials', '1', ...args], { cwd: folder });
      expect(run.end).toEqual({ code: 0, stderr: '' });
      const { workers, workersReason } = run.of('run-started')[0] ?? {};
      return [workers, workersReason];
    };
    expect(await workersOf()).toEqual([2, '2 are best']);
    expect(await workersOf('--gpus', '0,1')).toEqual([4, '2 are best']);
    expect(await workersOf('--workers', '1')).toEqual([1, undefined]);
    const { stdout } = await hpo.run(['run', file, '--trials', '1'], { cwd: folder });
    expect(stdout).toContain('  workers   2 on a GPU (2 are best)\n');
  });

  it('stop at once while this number is still being found, and have written nothing', async () => {
    const folder = tempFolder();
    const endless = "console.log('measuring'); await new Promise(() => setInterval(() => {}, 1000));";
    const file = writeStudy(folder, 'return params.x;', gpuWith(endless));
    const run = new HpoProcess(folder, ['run', file]);
    await run.waitFor('log', ({ text }) => text === 'measuring');
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({ code: 130, stderr: '' });
    expect(run.of('warning').map(({ message }) => message)).toEqual([
      'The run was stopped before its study was opened; nothing was written.',
    ]);
    expect(existsSync(join(folder, 'hpo.db'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('report how busy their GPUs are', async () => {
    const folder = tempFolder();
    const asked = "while (!existsSync('asked')) await sleep(20);";
    const file = writeStudy(folder, `${asked} await sleep(300); return params.x;`, device);
    const usageOf = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) => {
      const run = await hpo.runWithEvents(['run', file, '--trials', '3', ...args], {
        cwd,
        env: { ...withCards(cwd), ...env },
      });
      expect(run.end).toEqual({ code: 0, stderr: '' });
      rmSync(join(cwd, 'asked'), { force: true });
      return run.of('gpu-usage')[0]?.gpus;
    };
    const a100 = { index: 0, name: 'NVIDIA A100', utilisation: 37, usedBytes: 2 ** 30, memoryBytes: 40 * 2 ** 30 };
    const t4 = { index: 1, name: 'Tesla T4', utilisation: 'NaN', usedBytes: 2 ** 21, memoryBytes: 15 * 2 ** 30 };
    expect(await usageOf(['--storage', 'a.db'])).toEqual([a100, t4]);
    const ours = { CUDA_VISIBLE_DEVICES: '1' };
    expect(await usageOf(['--storage', 'b.db', '--gpus', 'all'], ours)).toEqual([t4]);
    const other = tempFolder();
    writeStudy(other, 'await sleep(300); return params.x;'); // on a CPU
    expect(await usageOf([], {}, other)).toBeUndefined();
  });

  it('retrain on the first of the given ones', async () => {
    const folder = tempFolder();
    const retrain =
      'retrain: { run: async () => ({ gpu: process.env.HPO_GPU, cuda: process.env.CUDA_VISIBLE_DEVICES }) },';
    const file = writeStudy(folder, 'return params.x;', retrain);
    const metrics = () => JSON.parse(readFileSync(join(folder, 'runs/study/retrain/metrics.json'), 'utf8')).metrics;
    const run = await hpo.run(['run', file, '--trials', '2', '--gpus', '3,1', '--json'], { cwd: folder });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(metrics()).toEqual({ gpu: '3', cuda: '3' });
    const again = await hpo.run(['retrain', file, '--gpus', '1,3', '--json'], { cwd: folder });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(metrics()).toEqual({ gpu: '1', cuda: '1' });
  });
});
