import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { CHECKOUT, runNode } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const ERRNO = { EIO: '5', ENOSPC: '28' } as const;
/** The most calls of a kind that fail in turn, evenly over all that a study makes. */
const MOST = 40;

const library = join(tempFolder(), 'io-fault.so');

/** Whether the library could be built here: that takes Linux and gcc. */
function isBuilt(): boolean {
  const source = join(CHECKOUT, 'test/support/io-fault.c');
  return spawnSync('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl']).status === 0;
}
const canFail = process.platform === 'linux' && isBuilt();

interface Ended {
  /** The trials that were reported as finished. */
  readonly told: readonly number[];
  readonly isDone: boolean;
  readonly error: string | undefined;
}

async function runStudy(file: string, fault: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const program = join(CHECKOUT, 'test/support/io-fault-study.ts');
  const env = Object.keys(fault).length === 0 ? {} : { LD_PRELOAD: library, IO_FAULT_FILE: file, ...fault };
  const { stdout } = await runNode(['--conditions=hpo-source', '--import', 'tsx', program, file], {
    cwd: CHECKOUT,
    env,
  });
  const [, error] = /^error (.*)$/ms.exec(stdout) ?? [];
  const told = [...stdout.matchAll(/^(\d+)$/gm)].map(([, number]) => Number(number));
  return { told, isDone: /^done$/m.test(stdout), error: error?.trim() };
}

async function stored(file: string): Promise<readonly FrozenTrial[]> {
  const storage = await openStorage(file, { create: false });
  try {
    const [record] = await storage.listStudies();
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

describe.skipIf(!canFail)(`a disk that fails${canFail ? '' : ' (skipped: this needs Linux and gcc)'}`, () => {
  it.each(['open', 'write', 'sync'] as const)(
    'at each %s in turn loses no trial, and says so in a line',
    { timeout: HOUR },
    async (call) => {
      const folder = tempFolder();
      const [file, tally] = [join(folder, 'hpo.db'), join(folder, 'tally')];
      const clear = () => {
        for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
      };
      expect(await runStudy(file, { IO_FAULT_CALL: call, IO_FAULT_TALLY: tally })).toMatchObject({ isDone: true });
      const calls = Number(readFileSync(tally, 'utf8'));
      expect(calls).toBeGreaterThan(0);
      const stride = Math.max(1, Math.ceil(calls / MOST));
      const wrong: string[] = [];
      let failures = 0;
      for (let at = 1; at <= calls; at += stride) {
        for (const [count, errno] of [
          ['1', ERRNO.EIO],
          ['1000000', at % 2 === 0 ? ERRNO.EIO : ERRNO.ENOSPC],
        ] as const) {
          clear();
          const fault = { IO_FAULT_CALL: call, IO_FAULT_AT: String(at), IO_FAULT_COUNT: count, IO_FAULT_ERRNO: errno };
          const { told, isDone, error } = await runStudy(file, fault);
          const where = `${call} ${at} of ${calls}, ${count} times ${errno}`;
          if (error !== undefined) failures++;
          if (isDone === (error !== undefined)) wrong.push(`${where}: neither done nor refused`);
          if (error !== undefined && !/^hpo\.db[^\n]*\.$/.test(error)) wrong.push(`${where}: ${error}`);
          if (existsSync(file)) {
            const db = openSqlite(file);
            const integrity = db.pragma('integrity_check', { simple: true });
            db.close();
            if (integrity !== 'ok') wrong.push(`${where}: ${integrity}`);
          }
          // The disk works again: every reported trial is stored, no trial has failed for the disk, and the study goes
          // on.
          const before = told.length === 0 ? [] : await stored(file);
          for (const number of told)
            if (before[number]?.state !== 'COMPLETE') wrong.push(`${where}: lost trial ${number}`);
          if (!(await runStudy(file)).isDone) wrong.push(`${where}: does not go on`);
          const states = (await stored(file)).map(({ state }) => state).join();
          if (states !== Array(6).fill('COMPLETE').join()) wrong.push(`${where}: ${states}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(failures).toBeGreaterThan(0);
    },
  );
});
