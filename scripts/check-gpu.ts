/**
 * Checks training on the GPU of this machine: the numerical tests on every backend that has one, then images a second.
 *
 *     npm run check:gpu
 */
import { spawnSync } from 'node:child_process';
import { nvidiaCards, probeBackends } from '../src/training/index.ts';

const tests = ['src/training/ops', 'src/training/kernels/webgpu', 'src/training/backend', 'src/training/loop/webgpu'];
/** Net, batch size, processes at once. */
const cases = 'R1:64,R1:256,R1:512,R1:64:2,R1:64:4,R1:64:8,R2:128,R2:512,R5:128,R5:512';

function run(args: readonly string[]): void {
  const { status } = spawnSync('npx', args, { stdio: 'inherit', env: { ...process.env, HPO_CHECK_GPU: '1' } });
  if (status !== 0) process.exitCode = 1;
}

for (const { index, name, memoryBytes, driver } of await nvidiaCards()) {
  console.log(`GPU ${index}: ${name}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB of memory, driver ${driver}`);
}
const probes = (await probeBackends()).filter(({ name }) => name === 'webgpu' || name === 'tensorflow (GPU)');
for (const { name, description } of probes) console.log(`${name}: ${description}`);
const backends = probes.filter(({ available }) => available).map(({ name }) => name.split(' ')[0] as string);
if (backends.length === 0) {
  console.log('There is no GPU here that a backend can use; nothing was checked.');
  process.exitCode = 1;
} else {
  run(['vitest', 'run', ...tests]);
  run(['vitest', 'run', '--mode', 'slow', 'test/slow/webgpu']);
  for (const backend of backends) run(['npm', 'run', 'bench:training', '--', '--backend', backend, '--cases', cases]);
}
