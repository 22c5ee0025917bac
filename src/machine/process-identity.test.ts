import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIdentity, type ProcessIdentity, parseIdentity, thisProcess, vitality } from './process-identity.ts';

const self = thisProcess();

describe('an identity as text', () => {
  it.each<ProcessIdentity>([
    self,
    { host: 'ada', boot: 'ada', namespace: '', pid: 1, started: '' },
    { host: 'two words, in fact', boot: 'b', namespace: 'pid:[1]', pid: 7, started: 'Thu Nov 26 20:04:25 2026' },
  ])('is read as it was written: %j', (identity) => {
    expect(parseIdentity(formatIdentity(identity))).toEqual(identity);
  });

  it('refuses any other text', () => {
    for (const other of [undefined, null, 7, '', '7', 'x@y, boot b, in n, since s', {}]) {
      expect(parseIdentity(other)).toBeUndefined();
    }
  });
});

describe('a process', () => {
  it('of another start of the machine, or another pid namespace, is unknown', () => {
    expect(vitality(self)).toBe('alive');
    expect(vitality({ ...self, boot: 'another' })).toBe('unknown');
    expect(vitality({ ...self, namespace: 'pid:[1]' })).toBe('unknown');
  });

  it('with the number of a dead one is another process', () => {
    expect(vitality({ ...self, started: '1' })).toBe('dead');
    expect(vitality({ ...self, pid: process.ppid, started: '1' })).toBe('dead');
  });

  it.skipIf(process.platform !== 'linux')('is alive, stopped, alive again and dead', async () => {
    const child = spawn('sleep', ['600']);
    await once(child, 'spawn');
    const { pid = 0 } = child;
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
    const identity = { ...self, pid, started };
    const becomes = (state: string) => expect.poll(() => vitality(identity), { timeout: 10_000 }).toBe(state);
    await becomes('alive');
    child.kill('SIGSTOP');
    await becomes('stopped');
    child.kill('SIGCONT');
    await becomes('alive');
    child.kill('SIGKILL');
    await becomes('dead');
  });
});
