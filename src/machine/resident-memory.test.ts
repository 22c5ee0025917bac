import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryOf, psLines, residentMemory } from './resident-memory.ts';

const PS = `
    1     0     1   1000
   40     1    40   2000
   41    40    40    300
   42    41    42     20
   43     1    40      5
   50     1    50   7000
`;

describe('the memory of a process', () => {
  it('is counted with what it has started, and with its group', () => {
    expect([...memoryOf([40, 50, 99], psLines(PS))]).toEqual([
      [40, 1024 * 2325],
      [50, 1024 * 7000],
    ]);
  });

  it.skipIf(process.platform === 'win32')('grows with what its children take', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'const kept = Buffer.alloc(150e6, 1); console.log("x"); setInterval(() => kept, 1e6)']);
      child.stdout.once('data', () => console.log('ready'));`;
    const leader = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = leader.pid as number;
    onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
    await once(leader.stdout, 'data');
    const memory = await residentMemory([pid, 2 ** 30]);
    expect([...memory.keys()]).toEqual([pid]);
    expect(memory.get(pid)).toBeGreaterThan(150e6);
    expect(memory.get(pid)).toBeLessThan(600e6);
  });
});
