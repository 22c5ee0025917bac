import { expect, it } from 'vitest';
import { runProgram } from './program.ts';

it('a program is over when it has ended, even if another process holds its output open', async () => {
  const left = await runProgram('sh', ['-c', 'sleep 9999 & echo $!'], {});
  expect(process.kill(Number(left), 'SIGKILL')).toBe(true);
});
