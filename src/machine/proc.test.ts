import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { commandLineOf, descendantsOf, hasProc, procEntry } from './proc.ts';

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

describe.skipIf(!hasProc() || !hasBash)('a process (skipped where there is no /proc, or no bash)', () => {
  it('has its parent, its session and its descendants, whatever its process group and its name', async () => {
    // With job control each program has a group of its own, in the session of the shell.
    const shell = spawn('bash', ['-c', 'set -m; sleep 600 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(shell.stdout, 'data');
    const [own, sleeping] = [shell.pid as number, Number(line)];
    expect(procEntry(sleeping)).toMatchObject({ parent: own, session: own });
    expect(procEntry(own)).toMatchObject({ parent: process.pid, session: own });
    expect(descendantsOf(own)).toEqual([sleeping]);
    expect(commandLineOf(own)).toBe('bash -c set -m; sleep 600 & echo $!; wait');
    process.kill(sleeping, 'SIGKILL');
    await once(shell, 'close');
    expect(procEntry(own)).toBeUndefined();
  });
});
