import { existsSync } from 'node:fs';
import { Worker as Thread } from 'node:worker_threads';
import { bounded, boundedText, LIMITS } from '../../base/bounded-text.ts';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';
import type { SharedDevice } from '../../machine/device.ts';
import { Offspring } from '../../machine/offspring.ts';
import { hasGroups } from '../../machine/process-group.ts';
import type { KeptCheckpoints } from '../../study/checkpoints/kept-checkpoints.ts';
import { TrialCheckpoints } from '../../study/checkpoints/trial-checkpoints.ts';
import type { Progress, StudyDefinition } from '../../study/definition/definition.ts';
import { importStudyFile } from '../study-file.ts';
import { Channel, type Handlers, type Port } from '../wire/channel.ts';
import {
  beginningMark,
  type CoordinatorMethods,
  type LogMessage,
  type Origin,
  type WorkerMethods,
} from '../wire/protocol.ts';
import { Abortable } from './abortable.ts';
import { BackendWatch } from './backend-watch.ts';
import { markNativeOutput } from './native-marks.ts';
import { Outbox } from './outbox.ts';
import { paramsOf, runTrial } from './trial-run.ts';
import { doAs, watchStrays } from './work.ts';

// The program of a worker process: loads the study's file and answers the coordinator's requests, one at a time. It
// stays warm between trials, so that a backend and data are loaded once.

const HOME = process.cwd();
const PREPARING: Origin = { phase: 'prepare', trial: undefined };

type Log = (message: string) => Promise<void> | undefined;

let study: StudyDefinition | undefined;
let device: SharedDevice | undefined;
const abortable = new Abortable();
const backend = new BackendWatch();

const handlers: Handlers<WorkerMethods> = {
  async load(studyFile) {
    study = await importStudyFile(studyFile);
    device = await study.device?.(); // in every worker, since it readies the backend
  },
  device() {
    if (device === undefined) return undefined;
    const { backend, kind, description } = device; // a function cannot be sent
    return { backend, kind, description };
  },
  residentBytes: () => process.memoryUsage.rss(),
  packing: () => device?.packing?.({ log: logOf(PREPARING) }),
  async prepare(settings) {
    await begin(PREPARING, (signal, log) =>
      backend.watch(() => loaded().prepare?.({ settings, signal, log, progress })),
    );
  },
  runTrial: (order) =>
    begin({ phase: 'trial', trial: order.number }, (signal, log) => {
      const parts = { study: loaded(), coordinator, backend, signal, log, warn };
      return withOffspring(order.number, () => runTrial(order, parts));
    }),
  retrain: (order) =>
    begin({ phase: 'retrain', trial: order.trialNumber }, (signal, log) => {
      makeFolder(order.folder, 'results');
      const params = { ...paramsOf(loaded(), order), ...loaded().space.undeclared(order.params) };
      const keepCheckpoints = (kept: KeptCheckpoints) => coordinator.request('keepCheckpoints', kept);
      const checkpoints = new TrialCheckpoints(order.checkpoints, { keepCheckpoints, warn });
      return backend.watch(() => loaded().retrain?.run({ ...order, params, checkpoints, signal, log, progress }));
    }),
  abort(reason) {
    abortable.abort(reason);
  },
};

// A terminal's Ctrl-C may reach all processes of a run, and so does the SIGTERM of a service manager or of a cluster's
// scheduler; the coordinator decides what follows, and ends its workers by other means.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
dieWithParent(Number(process.argv[2]), process.argv[3] === 'watched');
markNativeOutput();
const coordinator = new Channel<WorkerMethods, CoordinatorMethods>(process as Port, handlers, (what) =>
  warn(`A worker received a message that is not hpo's (${what}); it was ignored.`),
);
watchStrays(warn);
const logged = new Outbox<LogMessage>((messages) => coordinator.request('log', messages));
const progressed = new Outbox<Progress>(async ([state]) => state && coordinator.request('progress', state), 'last');

function loaded(): StudyDefinition {
  if (study !== undefined) return study;
  throw new HpoError('HPO_WORKER', 'A worker was asked for work before it had loaded a study.');
}

/** The function by which the code of some work logs. It returns a promise for programs, which can wait. */
function logOf(origin: Origin): Log {
  return (message) => logged.post({ ...origin, text: boundedText(message, LIMITS.line) });
}

function warn(message: string): void {
  coordinator.request('warn', message).catch(() => undefined);
}

function progress({ label, done, total, unit }: Progress): void {
  const named = { label: boundedText(label, LIMITS.name), done };
  const counted = { ...named, ...(total !== undefined && { total }) };
  progressed.post({ ...counted, ...(unit !== undefined && { unit: boundedText(unit, LIMITS.name) }) });
}

/** Begins work that can be aborted, in the folder in which the run was started. */
async function begin<T>(origin: Origin, task: (signal: AbortSignal, log: Log) => Promise<T> | T): Promise<T> {
  if (existsSync(HOME)) process.chdir(HOME); // the work before may have left it
  for (const stream of [process.stdout, process.stderr]) stream.write(`\n${beginningMark(origin)}\n`);
  try {
    return await doAs(origin, () => abortable.run((signal) => task(signal, logOf(origin))));
  } finally {
    await said();
  }
}

/** Waits until all output of the study's code is sent, so that it costs the time and memory of its own trial. */
async function said(): Promise<void> {
  await logged.emptied();
  await progressed.emptied();
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise((done) => stream.write('', done));
  }
}

/** Runs a trial, and ends the processes that it leaves running, since its worker may live on for hours. */
async function withOffspring<T>(trial: number, run: () => Promise<T>): Promise<T> {
  const offspring = new Offspring(isCompiler);
  const end = await run();
  const [first, ...others] = await offspring.end();
  if (first !== undefined) {
    const program = `\`${bounded(first.command, LIMITS.name)}\` (process ${first.pid})`;
    const all =
      others.length === 0
        ? `${program} running, which was`
        : `${others.length + 1} programs running, ${program} first, which were`;
    warn(`Trial ${trial} left ${all} ended with it. Start a server for several trials in \`device\`.`);
  }
  return end;
}

/**
 * Whether a process is the one that compiles TypeScript for this process; the first file that is not in the cache
 * starts it.
 */
function isCompiler(command: string): boolean {
  return /\besbuild\b.* --service=/.test(command);
}

/**
 * Ends this process, with the group that it leads, when its parent is gone. An objective may keep the main thread busy
 * for minutes, in which it hears no event (not even `disconnect`): the parent's watcher kills this process then. Where
 * there is none, for want of a shell, a thread watches, which takes as long to start as all of Node.
 *
 * @param parent the parent's process number, which the parent passes on: it may be gone before this process could look
 *   it up.
 */
function dieWithParent(parent: number, isWatched: boolean): void {
  process.on('disconnect', () => process.exit(0));
  if (isWatched) return;
  const watch = `
    const { workerData: parent } = require('node:worker_threads');
    setInterval(() => process.ppid === parent || process.kill(${hasGroups ? '-' : ''}process.pid, 'SIGKILL'), 500);`;
  new Thread(watch, { eval: true, workerData: parent, execArgv: [] }).unref(); // it needs no TypeScript
}
