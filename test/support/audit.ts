import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FrozenTrial, isFinished } from '../../src/trial/frozen-trial.ts';
import { type HpoProcess, isAlive } from './hpo-process.ts';
import { KNOWN_STEPS, type KnownParams, knownLoss, knownReport } from './known-loss.ts';
import { openSqlite } from './open-sqlite.ts';
import { storedTrials, trialsIn } from './stored-trials.ts';

/** The faults of a study after its last run, each in a line. */
export interface Audit {
  /** Trials that a run reported as finished, and that are not stored so. */
  readonly lost: readonly string[];
  /** Trials that finished twice, and numbers that occur twice or not at all. */
  readonly doubled: readonly string[];
  /** Unfinished trials, living workers, and files that nobody will use. */
  readonly leftOver: readonly string[];
  /** Runs that a lock ended, and a database that takes no write. */
  readonly locked: readonly string[];
  /** Values and reports that do not follow from their parameters, and results of another trial than the best. */
  readonly wrongValue: readonly string[];
  /** A number of finished trials other than the target. */
  readonly offTarget: readonly string[];
}

/** Options of {@link auditStudy}. */
export interface AuditOptions {
  readonly runs: readonly HpoProcess[];
  readonly target: number;
  readonly retrained?: boolean;
  /** The database of the study; default: `hpo.db` in the folder. */
  readonly url?: string | undefined;
  /** The trials that may be left RUNNING: those of killed programs that are not hpo. */
  readonly mayStayRunning?: (trial: FrozenTrial) => boolean;
}

/** Compares what is left of a study of `writeKnownStudy` with what its runs reported. */
export async function auditStudy(folder: string, options: AuditOptions): Promise<Audit> {
  const { runs, target, retrained = false, url, mayStayRunning = () => false } = options;
  const trials = await (url === undefined ? storedTrials(folder) : trialsIn(url));
  const finished = runs.flatMap((run) => run.of('trial-finished'));
  const lost = finished.flatMap(({ trial: number, state, values }) => {
    const stored = trials[number];
    const isThere = stored?.state === state && JSON.stringify(stored.values) === JSON.stringify(values);
    return isThere ? [] : [`trial ${number} was ${state} ${values}, and is ${stored?.state} ${stored?.values}`];
  });
  const times = new Map<number, number>();
  for (const { trial } of finished) times.set(trial, (times.get(trial) ?? 0) + 1);
  const doubled = [...times].flatMap(([number, count]) =>
    count > 1 ? [`trial ${number} finished ${count} times`] : [],
  );
  for (const [at, { number }] of trials.entries()) if (at !== number) doubled.push(`trial ${number} is the ${at}th`);
  const done = trials.filter(({ state }) => isFinished(state));
  const left = trials.filter((trial) => !isFinished(trial.state) && !mayStayRunning(trial));
  return {
    lost,
    doubled,
    leftOver: [
      ...left.map(({ number, state }) => `trial ${number} is ${state}`),
      ...runs.flatMap((run) => run.of('worker-started')).flatMap(({ pid }) => livingWorker(pid)),
      ...strayFiles(folder, retrained),
    ],
    locked: [
      ...runs.flatMap((run) => (/lock/i.test(run.said) ? [run.said] : [])),
      ...(url === undefined ? unlockable(join(folder, 'hpo.db')) : []),
    ],
    wrongValue: [...trials.flatMap(wrongValues), ...wrongResults(folder, trials, retrained)],
    offTarget: done.length === target ? [] : [`${done.length} of ${target} trials`],
  };
}

/** The faults of several audits, by their kinds, as columns of a table. */
export function sumUp(audits: readonly Audit[]): Readonly<Record<string, number>> {
  const sum = (of: (audit: Audit) => readonly string[]) => audits.reduce((all, audit) => all + of(audit).length, 0);
  return {
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    'left over': sum(({ leftOver }) => leftOver),
    locked: sum(({ locked }) => locked),
    'wrong value': sum(({ wrongValue }) => wrongValue),
    'off target': sum(({ offTarget }) => offTarget),
  };
}

/** All faults of audits, in lines. */
export function faultsOf(audits: readonly Audit[]): readonly string[] {
  return audits.flatMap((audit) =>
    Object.entries(audit).flatMap(([kind, faults]) => (faults as readonly string[]).map((each) => `${kind}: ${each}`)),
  );
}

/** A worker's process that is still there; its number may have gone to another program by now. */
function livingWorker(pid: number | undefined): readonly string[] {
  if (pid === undefined || !isAlive(pid)) return [];
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return /runner.worker.main/.test(command) ? [`process ${pid}: ${command}`] : [];
}

function strayFiles(folder: string, retrained: boolean): readonly string[] {
  const expected = new Set(['hpo.db', 'runs', 'study.ts']);
  const results = join(folder, 'runs/study');
  const inResults = new Set(['best.json', ...(retrained ? ['retrain'] : [])]);
  return [
    ...readdirSync(folder).filter((name) => !expected.has(name)),
    ...(existsSync(results) ? readdirSync(results).filter((name) => !inResults.has(name)) : []),
  ];
}

/** The problem with writing to a database; none where it can be written to at once. */
function unlockable(file: string): readonly string[] {
  const db = openSqlite(file, { timeout: 0 });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    const integrity = db.pragma('integrity_check', { simple: true });
    return integrity === 'ok' ? [] : [String(integrity)];
  } catch (error) {
    return [(error as Error).message];
  } finally {
    db.close();
  }
}

/** The parts of a trial that do not follow from its parameters. */
export function wrongValues(trial: FrozenTrial): readonly string[] {
  const { number, state, values, intermediateValues } = trial;
  const params = trial.params as unknown as KnownParams;
  const wrong: string[] = [];
  const reports = [...intermediateValues];
  for (const [at, [step, value]] of reports.entries()) {
    if (step !== at || value !== knownReport(params, step)) wrong.push(`trial ${number} reported ${value} at ${step}`);
  }
  const isWhole = reports.length === KNOWN_STEPS;
  if (state === 'COMPLETE' && (!isWhole || values?.[0] !== knownLoss(params) || values.length !== 1)) {
    wrong.push(`trial ${number} is complete with ${values} after ${reports.length} reports`);
  }
  if (state === 'PRUNED' && values?.[0] !== reports.at(-1)?.[1]) wrong.push(`trial ${number} is pruned with ${values}`);
  return wrong;
}

function wrongResults(folder: string, trials: readonly FrozenTrial[], retrained: boolean): readonly string[] {
  const results = join(folder, 'runs/study');
  const complete = trials.filter(({ state }) => state === 'COMPLETE');
  const best = complete.reduce((a, b) => ((b.values?.[0] ?? 0) < (a.values?.[0] ?? 0) ? b : a));
  const loss = best.values?.[0];
  const written = JSON.parse(readFileSync(join(results, 'best.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const wrong = written.trial === best.number && written.value === loss ? [] : [`best.json is of ${written.trial}`];
  if (!retrained) return wrong;
  const files = ['first.txt', 'last.txt'].map((name) => Number(readFileSync(join(results, 'retrain', name), 'utf8')));
  const { metrics } = JSON.parse(readFileSync(join(results, 'retrain/metrics.json'), 'utf8'));
  if (files.some((each) => each !== loss) || metrics.loss !== loss) wrong.push(`retrained with ${files}, not ${loss}`);
  return wrong;
}
