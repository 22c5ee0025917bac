// Studies whose disk fails, one after the other in one process. Its arguments are a folder for them, the control file of
// the faults, and a JSON file with their kind and a list of faults. A line of JSON for each fault says how the study went.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, HpoError, random, space } from '../../src/index.ts';
import { SqliteStorage } from '../../src/storage/index.ts';
import { CHECKPOINTS_KEY } from '../../src/study/study-keys.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { type Fault, IoFaultControl } from './io-fault-control.ts';
import { openSqlite } from './open-sqlite.ts';

/** The number of trials of each study; one more when it has gone on. */
const TRIALS = 20;

/** A kind of studies, and the faults of one after the other. */
export interface FaultyStudies {
  readonly journal: 'wal' | 'rollback';
  /** Whether each trial keeps checkpoints. */
  readonly checkpoints: boolean;
  readonly faults: readonly Fault[];
}

/** A study under a fault, and after it. */
export interface FaultyStudy {
  readonly fault: Fault;
  /** The number of calls of the fault's kind. */
  readonly calls: number;
  /** The error that ended it; undefined where it reached its target. */
  readonly error?: string;
  /** The warnings, apart from that error. */
  readonly warnings: readonly string[];
  /** The trials that were reported as finished, and are not stored as such when the disk works again. */
  readonly lost: readonly number[];
  /** The trials that were reported as finished more than once. */
  readonly doubled: readonly number[];
  /** The trials whose value, reports or checkpoints do not follow from their parameters. */
  readonly wrong: readonly number[];
  /** The files that nobody will use, after the study has gone on. */
  readonly leftOver: readonly string[];
  /** The states of the trials, after the study has gone on. */
  readonly states: string;
  /** SQLite's judgement of the file. */
  readonly integrity: string;
}

interface Run {
  readonly told: readonly number[];
  readonly error?: string;
}

/** The reports of a trial. Beyond the third, a checkpoint overwrites a former one. */
const stepsOf = ({ checkpoints }: FaultyStudies): readonly number[] => (checkpoints ? [1, 2, 3, 4, 5] : [1]);

/** The state that a trial keeps after a step. */
const stateAfter = (step: number, x: number) => `${step} ${x} ${'x'.repeat(3_000)}`;

/**
 * Runs the study once.
 * @param goesOn called when it has failed: whether the same object is to go on.
 */
async function runStudy(folder: string, kind: FaultyStudies, trials: number, goesOn = () => false): Promise<Run> {
  const told: number[] = [];
  let failure: string | undefined;
  const failed = (error: unknown) => {
    failure ??= HpoError.is(error) ? error.message : `no HpoError: ${(error as Error).stack}`;
  };
  try {
    const storage = await open(folder, kind);
    try {
      const options = { name: 's', space: space({ x: float(0, 1) }), sampler: random(), seed: 1 };
      const checkpoints = join(folder, 'checkpoints');
      const study = await createStudy({ ...options, storage, checkpoints, ifExists: 'load' });
      const optimize = () =>
        study.optimize(
          async ({ trial, params: { x } }) => {
            const { last } = trial.checkpoints;
            if (last !== undefined && stateIn(last.folder) !== stateAfter(last.step, x)) return -1;
            await trial.setUserAttr('much', 'x'.repeat(3_000));
            for (const step of stepsOf(kind)) {
              if (step <= (last?.step ?? 0)) continue;
              await trial.report(x + step, step);
              if (!kind.checkpoints) continue;
              const write = async (to: string) => writeFileSync(join(to, 'state'), stateAfter(step, x));
              await trial.checkpoints.keep(step, write, { overwrites: true });
            }
            return x;
          },
          { trials, onTrial: ({ trial }) => void told.push(trial.number) },
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

function open(folder: string, { journal }: FaultyStudies): Promise<SqliteStorage> {
  const waiting = { limitMs: 60, forDisk: true };
  const place = journal === 'rollback' ? { networkOf: () => 'NFS' } : {};
  return SqliteStorage.open(join(folder, 'hpo.db'), { label: 'hpo.db', create: true, waiting, ...place });
}

function stateIn(folder: string): string | undefined {
  const file = join(folder, 'state');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function stored(folder: string, kind: FaultyStudies): Promise<readonly FrozenTrial[]> {
  const storage = await open(folder, kind);
  try {
    const [record] = await storage.listStudies();
    return record === undefined ? [] : (await storage.changesSince(record)).trials;
  } finally {
    await storage.close();
  }
}

function isWrong({ state, params, values, intermediateValues: reports }: FrozenTrial): boolean {
  const x = Number(params.x);
  return state === 'COMPLETE' && (values?.[0] !== x || stepsOf(kind).some((step) => reports.get(step) !== x + step));
}

/** Files beside the database, and folders of checkpoints other than those that the best trial names. */
function leftOver(folder: string, trials: readonly FrozenTrial[]): readonly string[] {
  const known = ['hpo.db', 'checkpoints'];
  const stray = readdirSync(folder).filter((name) => !known.includes(name));
  const best = trials.reduce((a, b) => (Number(b.values?.[0]) < Number(a.values?.[0]) ? b : a));
  const { written = {} } = (best.systemAttrs[CHECKPOINTS_KEY] ?? {}) as { readonly written?: object };
  const named = Object.keys(written).map((step) => `trial-${best.number}/step-${step}`);
  const studies = join(folder, 'checkpoints/s');
  const found = (existsSync(studies) ? readdirSync(studies) : []).flatMap((study) =>
    readdirSync(join(studies, study)).flatMap((trial) => {
      const steps = readdirSync(join(studies, study, trial)).map((step) => `${trial}/${step}`);
      return steps.length === 0 ? [trial] : steps;
    }),
  );
  return [...stray, ...found.filter((path) => !named.includes(path))];
}

const [, , parent = '', controlFile = '', list = ''] = process.argv;
const control = new IoFaultControl(controlFile, false);
const kind = JSON.parse(readFileSync(list, 'utf8')) as FaultyStudies;
let warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));
for (const [at, fault] of kind.faults.entries()) {
  const folder = join(parent, String(at));
  mkdirSync(folder);
  warnings = [];
  control.set(fault);
  let calls = 0;
  // In every second study the disk works again before the study is closed, and the same object goes on.
  const goesOn = () => {
    if (at % 2 === 0) return false;
    calls = control.clear();
    return true;
  };
  const { told, error } = await runStudy(folder, kind, TRIALS, goesOn);
  calls ||= control.clear();
  const before = await stored(folder, kind);
  const again = await runStudy(folder, kind, TRIALS + 1);
  const after = await stored(folder, kind);
  const db = openSqlite(join(folder, 'hpo.db'));
  const integrity = String(db.pragma('integrity_check', { simple: true }));
  db.close();
  const all = [...told, ...again.told];
  const result: FaultyStudy = {
    fault,
    calls,
    ...(error !== undefined && { error }),
    warnings,
    lost: told.filter((number) => before[number]?.state !== 'COMPLETE'),
    doubled: all.filter((number, index) => all.indexOf(number) < index),
    wrong: after.filter(isWrong).map(({ number }) => number),
    leftOver: leftOver(folder, after),
    states: again.error ?? after.map(({ state }) => state).join(),
    integrity,
  };
  console.log(JSON.stringify(result));
  rmSync(folder, { recursive: true });
}
