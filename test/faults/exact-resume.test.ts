import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoError } from '../../src/index.ts';
import { formatIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { MemoryStorage } from '../../src/storage/memory/memory-storage.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { bundledProgram } from '../support/bundled-program.ts';
import { contentOf, isWrite, runResumed } from '../support/resumed-studies.ts';
import { memoryFolder } from '../support/temp-folder.ts';

/** The identity of a process that is gone. */
const GONE = formatIdentity({ ...thisProcess(), started: '1' });

/**
 * A storage as a process has it that is killed before its next write after `writes` others. All that it does from then
 * on is refused, and its leases are those of a process that is gone.
 */
function until(storage: Storage, writes: number): Storage & { readonly isDead: boolean } {
  let left = writes;
  return new Proxy(storage, {
    get(target, key) {
      if (key === 'isDead') return left < 0;
      if (key === 'close') return async () => {};
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]) => {
        if (left >= 0 && isWrite(key)) left--;
        if (left < 0) throw new HpoError('HPO_STORAGE', 'killed');
        const given = key === 'startTrial' ? [args[0], asGone(args[1] as object)] : args;
        return Reflect.apply(value, target, given);
      };
    },
  }) as Storage & { readonly isDead: boolean };
}

function asGone(start: { readonly holder?: object | null }): object {
  return { ...start, holder: start.holder && { ...start.holder, process: GONE } };
}

const KINDS = [
  ['declared', 'COMPLETE FAIL COMPLETE PRUNED FAIL PRUNED COMPLETE PRUNED'],
  ['by run', 'COMPLETE COMPLETE COMPLETE PRUNED COMPLETE'],
  ['brackets', 'COMPLETE COMPLETE PRUNED COMPLETE PRUNED PRUNED PRUNED COMPLETE COMPLETE'],
  ['reuse', Array(8).fill('COMPLETE').join(' ')],
  ['resample', Array(6).fill('COMPLETE').join(' ')],
  ['several directions', 'COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE'],
  ['stopped', 'COMPLETE COMPLETE COMPLETE COMPLETE COMPLETE'],
  ['qmc', 'COMPLETE FAIL COMPLETE PRUNED COMPLETE COMPLETE'],
  ['grid', 'COMPLETE FAIL COMPLETE PRUNED COMPLETE COMPLETE COMPLETE'],
  ['cmaEs', `COMPLETE FAIL COMPLETE PRUNED${' COMPLETE'.repeat(10)}`],
  ['nsga2', `COMPLETE FAIL COMPLETE PRUNED${' COMPLETE'.repeat(6)}`],
  ['nsga3', `COMPLETE${' COMPLETE'.repeat(9)}`],
  ['bruteForce', 'COMPLETE FAIL COMPLETE COMPLETE'],
] as const;

/** A study that was never interrupted. */
async function uninterrupted(kind: string) {
  const storage = new MemoryStorage();
  await runResumed(kind, until(storage, Infinity));
  return contentOf(kind, storage);
}

describe('a study that was killed and continued is the one that never stopped', () => {
  it.each(KINDS)('after any write: %s', async (kind, states) => {
    const expected = await uninterrupted(kind);
    expect(expected.trials.map(({ state }) => state).join(' ')).toBe(states);
    let writes = 0;
    for (let isKilled = true; isKilled; writes++) {
      const storage = new MemoryStorage();
      const killed = until(storage, writes);
      await runResumed(kind, killed).catch(() => undefined);
      isKilled = killed.isDead;
      await runResumed(kind, until(storage, Infinity));
      expect(await contentOf(kind, storage), `after ${writes} writes`).toEqual(expected);
    }
    expect(writes).toBeGreaterThan(20);
  });

  it('by SIGKILL, several times, in a file', async () => {
    const folder = memoryFolder();
    const kinds = KINDS.map(([kind]) => kind);
    const ends: (string | null)[] = [];
    for (const writes of [40, 60, 35]) ends.push(await runUntil(folder, writes, kinds));
    expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
    expect(await runUntil(folder, 1000, kinds)).toBeNull();
    const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
    for (const kind of kinds) expect(await contentOf(kind, storage)).toEqual(await uninterrupted(kind));
    await storage.close();
  });
});

/** Runs studies in a process that is killed after some writes. @returns the signal that ended it; null for none. */
async function runUntil(folder: string, writes: number, kinds: readonly string[]): Promise<NodeJS.Signals | null> {
  const program = await bundledProgram('support/resumed-process.ts');
  const args = [program, join(folder, 'hpo.db'), String(writes), ...kinds];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  expect(code ?? 0).toBe(0);
  return signal;
}
