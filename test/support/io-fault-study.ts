// Studies on a database whose disk fails, one after the other in one process. Its arguments are the database, the
// control file of the faults, and a JSON file with a list of faults. A line of JSON for each fault says how the study went.

import { readFileSync, rmSync } from 'node:fs';
import { createStudy, float, HpoError, random, space } from '../../src/index.ts';
import { SqliteStorage } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { type Fault, IoFaultControl } from './io-fault-control.ts';
import { openSqlite } from './open-sqlite.ts';

/** The number of trials of each study. */
const TRIALS = 20;

/** A study under a fault, and after it. */
export interface FaultyStudy {
  readonly fault: Fault;
  /** The number of calls of the fault's kind. */
  readonly calls: number;
  /** The error that ended it; undefined where it reached its target. */
  readonly error?: string;
  /** The trials that were reported as finished, and are not stored as such when the disk works again. */
  readonly lost: readonly number[];
  /** The trials whose value or reports do not follow from their parameters. */
  readonly wrong: readonly number[];
  /** The states of the trials, after the study has gone on. */
  readonly states: string;
  /** SQLite's judgement of the file. */
  readonly integrity: string;
}

interface Run {
  readonly told: readonly number[];
  readonly error?: string;
}

/**
 * Runs the study once.
 * @param goesOn called when it has failed: whether the same object is to go on.
 */
async function runStudy(file: string, goesOn: () => boolean = () => false): Promise<Run> {
  const told: number[] = [];
  let failure: string | undefined;
  const failed = (error: unknown) => {
    failure ??= HpoError.is(error) ? error.message : `no HpoError: ${(error as Error).stack}`;
  };
  try {
    const waiting = { limitMs: 60, forDisk: true };
    const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true, waiting });
    try {
      const options = { name: 's', space: space({ x: float(0, 1) }), sampler: random(), seed: 1 };
      const study = await createStudy({ ...options, storage, ifExists: 'load' });
      const optimize = () =>
        study.optimize(
          async ({ trial, params }) => {
            await trial.setUserAttr('much', 'x'.repeat(3_000));
            await trial.report(params.x + 1, 1);
            return params.x;
          },
          { trials: TRIALS, onTrial: ({ trial }) => void told.push(trial.number) },
        );
      try {
        await optimize();
      } catch (error) {
        failed(error);
        if (goesOn()) await optimize();
      } finally {
        await study.close();
      }
    } finally {
      await storage.close();
    }
  } catch (error) {
    failed(error);
  }
  return { told, ...(failure !== undefined && { error: failure }) };
}

async function stored(file: string): Promise<readonly FrozenTrial[]> {
  const storage = await SqliteStorage.open(file, { label: 'hpo.db', create: true });
  try {
    const [record] = await storage.listStudies();
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

function isWrong({ state, params, values, intermediateValues }: FrozenTrial): boolean {
  return state === 'COMPLETE' && (values?.[0] !== params.x || intermediateValues.get(1) !== Number(params.x) + 1);
}

const [, , file = '', controlFile = '', faults = ''] = process.argv;
const control = new IoFaultControl(controlFile, false);
for (const [at, fault] of (JSON.parse(readFileSync(faults, 'utf8')) as readonly Fault[]).entries()) {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  control.set(fault);
  let calls = 0;
  // In every second study the disk works again before the study is closed, and the same object goes on.
  const goesOn = () => {
    if (at % 2 === 0) return false;
    calls = control.clear();
    return true;
  };
  const { told, error } = await runStudy(file, goesOn);
  calls ||= control.clear();
  const before = await stored(file);
  const lost = told.filter((number) => before[number]?.state !== 'COMPLETE');
  const again = await runStudy(file);
  const after = await stored(file);
  const db = openSqlite(file);
  const integrity = String(db.pragma('integrity_check', { simple: true }));
  db.close();
  const result: FaultyStudy = {
    fault,
    calls,
    ...(error !== undefined && { error }),
    lost,
    wrong: after.filter(isWrong).map(({ number }) => number),
    states: again.error ?? after.map(({ state }) => state).join(),
    integrity,
  };
  console.log(JSON.stringify(result));
}
