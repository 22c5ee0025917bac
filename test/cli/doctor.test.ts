import { expect, it } from 'vitest';
import { runHpo, temporaryFolder } from '../support/run-hpo.ts';

it('hpo doctor tells the backends, and tries the one that is taken', async () => {
  const cwd = temporaryFolder();
  const [told, report] = await Promise.all([
    runHpo(['doctor'], { cwd, env: { HPO_BACKEND: 'wasm' } }),
    runHpo(['doctor', '--format', 'json'], { cwd, env: { HPO_BACKEND: 'cpu' } }),
  ]);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(/^ {2}[●○] wasm +WebAssembly on one CPU thread$/m);
  expect(told.stdout).toMatch(/^wasm is sound: its gradients are those of plain JavaScript within \de-\d;$/m);
  expect(told.stdout).toMatch(/^it trains the searched CNN on [1-9]\d* images a second in one process$/m);

  expect(report).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(/^limits {3}.*GiB of memory are free$/m);
  expect(told.stdout).toMatch(/^`hpo run` trains [1-9]\d* at once: .+$/m);
  const { backends, selfCheck, machine, workers } = JSON.parse(report.stdout);
  expect(machine.cpus).toBeGreaterThanOrEqual(1);
  expect(workers).toEqual({ workers: expect.any(Number), reason: expect.any(String) });
  expect(backends.filter((backend: { chosen: boolean }) => backend.chosen)).toHaveLength(1);
  expect(selfCheck).toMatchObject({ backend: 'cpu', isSound: true, gradientError: 0 });
});
