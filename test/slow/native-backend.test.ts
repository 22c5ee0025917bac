import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECKOUT, type Finished, PROGRAM, runHpo, runNode, runProgram } from '../support/run-hpo.ts';

// TensorFlow's library, built by our own command from the wheel that this machine's pip finds; skipped where it finds
// none.
const RELEASE = '2.21';
const SETUP = ['setup', 'native', '--tensorflow', RELEASE];

let folder: string;
let env: Record<string, string>;
/** The end of the command. */
let setup: Finished | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-slow-'));
  env = { HPO_CACHE: folder };
  if (await hasWheel()) setup = await runHpo(SETUP, { cwd: folder, env });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function hasWheel(): Promise<boolean> {
  const flags = ['--dry-run', '--no-deps', '--only-binary=:all:', '--retries', '0', '--target', join(folder, 'none')];
  const args = ['-m', 'pip', 'install', ...flags, `tensorflow-cpu==${RELEASE}.*`];
  return runProgram('python3', args, { cwd: folder }).then(
    ({ code }) => code === 0,
    () => false,
  );
}

describe(`TensorFlow ${RELEASE} on the CPU`, () => {
  beforeEach(({ skip }) => skip(setup === undefined, `pip finds no tensorflow-cpu ${RELEASE} here`));
  const installed = () => readdir(join(folder, 'backends'));

  it('is built by one command', async () => {
    expect(setup).toMatchObject({ code: 0, stderr: '' });
    expect(setup?.stdout).toMatch(/TensorFlow 2\.21\.\d+ works\ninstalled; /);
    expect(await installed()).toEqual(['native']);
    const { stdout } = await runHpo(['doctor'], { cwd: folder, env });
    expect(stdout).toMatch(/tensorflow \(CPU\) +TensorFlow 2\.21\.\d+ on the CPU/);
  });

  it('stays when another release is not available', async () => {
    const { code, stderr } = await runHpo(['setup', 'native', '--tensorflow', '2.999'], { cwd: folder, env });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^hpo: .* pip has no tensorflow-cpu==2\.999\.\* for Python .*: it finds .*\n$/),
    });
    expect(await installed()).toEqual(['native']);
  });

  it('stays when the command is interrupted', async () => {
    const child = spawn(process.execPath, [PROGRAM, ...SETUP], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => line.startsWith('fetching') && child.kill('SIGINT'));
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(await installed()).toEqual(['native']);
  });

  it('passes the numerical suite', async () => {
    const report = join(folder, 'report.json');
    const files = [
      'src/training/backend/tensorflow.test.ts',
      'src/training/kernels/stock-model.test.ts',
      'src/training/kernels/tensorflow',
      'src/training/ops/ops.test.ts',
      'src/training/optimizers/optimizer.test.ts',
      'test/golden/cpu',
    ];
    const program = join(CHECKOUT, 'node_modules/vitest/vitest.mjs');
    const args = [program, 'run', ...files, '--reporter=json', `--outputFile=${report}`];
    const { stdout } = await runNode(args, { cwd: CHECKOUT, env });
    const figures = JSON.parse(await readFile(report, 'utf8'));
    expect(figures, stdout).toMatchObject({ numFailedTests: 0, numPendingTests: 0 });
    expect(figures.numPassedTests).toBeGreaterThan(100);
  });

  it('trains bit by bit alike in two processes', async () => {
    const child = join(CHECKOUT, 'test/support/training-child.ts');
    const args = ['--import', 'tsx', '--conditions', 'hpo-source', child, 'tensorflow'];
    const run = () => runNode(args, { cwd: CHECKOUT, env: { ...env, HPO_THREADS: '1' } });
    const [one, other] = [await run(), await run()];
    expect(one.stdout).toContain('validationLoss');
    expect(other.stdout).toBe(one.stdout);
  });

  it('searches and retrains studies/cifar-cnn.ts on a sample of real images', async () => {
    const sizes = [
      'epochs=2',
      'trainImages=400',
      'validationImages=112',
      'retrain.epochs=2',
      'retrain.trainImages=400',
    ];
    const study = join(CHECKOUT, 'studies/cifar-cnn.ts');
    const small = sizes.flatMap((size) => ['--set', size]);
    const { code, stdout, stderr } = await runHpo(
      ['run', study, '--backend', 'tensorflow', '--trials', '6', ...small],
      {
        cwd: folder,
        env: { ...env, HPO_CIFAR10: join(CHECKOUT, 'test/fixtures/cifar10-sample') },
      },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/TensorFlow 2\.21\.\d+ on the CPU/);
    const results = join(folder, 'runs/cifar-cnn');
    const { state, value } = JSON.parse(await readFile(join(results, 'best.json'), 'utf8'));
    expect(value, state).toBeLessThan(3);
    const { metrics } = JSON.parse(await readFile(join(results, 'retrain/metrics.json'), 'utf8'));
    expect(metrics.accuracy).toBeGreaterThan(0.1);
  });
});
