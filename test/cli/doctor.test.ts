import { expect, it } from 'vitest';
import { runHpo, temporaryFolder } from '../support/run-hpo.ts';
import { noisyDrivers } from '../support/software-gpu.ts';

const HEAD = String.raw`hpo .+\nmachine .+\nlimits .+GiB of memory are free\n(GPU .+\n)*cache .+\n\nbackends .+\n( {2}[●○✗] .+\n){5}(\n(.+\n){2})?`;
const CHECK = String.raw`\nwasm is sound: its gradients are those of plain JavaScript within \de-\d;\nit trains the searched CNN on [1-9]\d* images a second in one process\n\`hpo run\` trains [1-9]\d* at once: .+\n`;

it('hpo doctor shows the backends and tries the one that is taken, and shows the output of drivers only on request', async () => {
  const cwd = temporaryFolder();
  const doctor = (...args: string[]) =>
    runHpo(['doctor', ...args], { cwd, env: { ...noisyDrivers, HPO_BACKEND: 'wasm' } });
  const [told, verbose, report] = await Promise.all([
    doctor(),
    doctor('--verbose'),
    doctor('--verbose', '--format', 'json'),
  ]);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(/^ {2}[●○] wasm +WebAssembly( with FMA)? on one CPU thread$/m);
  expect(told.stdout).toMatch(new RegExp(`^${HEAD}${CHECK}$`));

  expect(verbose).toMatchObject({ code: 0, stderr: '' });
  const printed = String.raw`\nnative libraries and drivers printed(:\n( {2}.+\n)+| nothing\n)`;
  expect(verbose.stdout).toMatch(new RegExp(`^${HEAD}${CHECK}${printed}$`));

  expect(report).toMatchObject({ code: 0, stderr: '' });
  const { backends, selfCheck, nativeOutput, machine, workers } = JSON.parse(report.stdout);
  expect(machine.cpus).toBeGreaterThanOrEqual(1);
  expect(workers).toEqual({ workers: expect.any(Number), reason: expect.any(String) });
  expect(backends.filter((backend: { chosen: boolean }) => backend.chosen)).toHaveLength(1);
  expect(selfCheck).toMatchObject({ backend: 'wasm', isSound: true, gradientError: expect.any(Number) });
  if (process.platform === 'linux') expect(nativeOutput.length).toBeGreaterThan(0);
});
