import { mkdirSync } from 'node:fs';
import { Worker as Thread } from 'node:worker_threads';
import { HpoError } from '../../base/errors.ts';
import { ownValue } from '../../base/own-value.ts';
import type { SharedDevice } from '../../machine/device.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { Progress, StudyDefinition } from '../../study/definition/definition.ts';
import { LiveTrial } from '../../study/trial/live-trial.ts';
import { infeasibility } from '../../study/trial/outcome.ts';
import { runObjective } from '../../study/trial/run-objective.ts';
import { loadStudyFile } from '../study-file.ts';
import { Channel, type Handlers, type Port } from '../wire/channel.ts';
import {
  BEGINNING,
  type CoordinatorMethods,
  type RetrainOrder,
  type TrialEnd,
  type TrialOrder,
  type WorkerMethods,
} from '../wire/protocol.ts';
import { BackendWatch } from './backend-watch.ts';
import { markNativeOutput } from './mark-native-output.ts';

// The program of a worker process: loads the study's file and does what the coordinator asks, one thing at a time.
// It stays warm between trials, so that what a study loads (a backend, its data) is loaded once.

let study: StudyDefinition | undefined;
let device: SharedDevice | undefined;
let aborter = new AbortController();
const backend = new BackendWatch();

const handlers: Handlers<WorkerMethods> = {
  async load(studyFile) {
    study = await loadStudyFile(studyFile);
    device = await study.device?.(); // in every worker: it is what readies the backend
  },
  device() {
    if (device === undefined) return undefined;
    const { backend, kind, description } = device; // a function cannot travel
    return { backend, kind, description };
  },
  packing: () => device?.packing?.({ log }),
  async prepare(settings) {
    await withSignal((signal) => backend.watch(() => loaded().prepare?.({ settings, signal, log, progress })));
  },
  runTrial: (order) => withSignal((signal) => runTrial(order, signal)),
  retrain: (order) =>
    withSignal((signal) => {
      mkdirSync(order.folder, { recursive: true });
      const params = { ...paramsOf(order), ...loaded().space.undeclared(order.params) };
      return backend.watch(() => loaded().retrain?.run({ ...order, params, signal, log, progress }));
    }),
  abort(reason) {
    aborter.abort(new Error(reason));
  },
};

// A terminal's Ctrl-C goes to the whole group; what becomes of it is the coordinator's to say.
process.on('SIGINT', () => undefined);
dieWithParent(Number(process.argv[2]));
markNativeOutput();
const coordinator = new Channel<WorkerMethods, CoordinatorMethods>(process as Port, handlers);

function loaded(): StudyDefinition {
  if (study !== undefined) return study;
  throw new HpoError('HPO_WORKER', 'A worker was asked for work before it was told which study.');
}

/** An order's parameters as objectives receive them. */
function paramsOf({ params }: TrialOrder | RetrainOrder) {
  return loaded().space.assemble((name) => ownValue(params, name) ?? null);
}

function log(message: string): void {
  coordinator.request('log', message).catch(() => undefined);
}

function progress(state: Progress): void {
  coordinator.request('progress', state).catch(() => undefined);
}

/** Begins with something that can be aborted. */
function withSignal<T>(task: (signal: AbortSignal) => T): T {
  aborter = new AbortController();
  for (const stream of [process.stdout, process.stderr]) stream.write(`${BEGINNING}\n`);
  return task(aborter.signal);
}

async function runTrial(order: TrialOrder, signal: AbortSignal): Promise<TrialEnd> {
  const { settings, studySeed } = order;
  const definition = loaded();
  const params = paramsOf(order);
  const trial = new LiveTrial(
    { ...order, params, flatParams: order.params },
    {
      report: (value, step) => coordinator.request('report', { value, step }),
      shouldPrune: () => coordinator.request('shouldPrune', undefined),
      setUserAttr: (key, value) => coordinator.request('setUserAttr', { key, value }),
      suggest: (name, distribution) =>
        coordinator.request('suggest', { name, distribution: distributionToJson(distribution) }),
    },
  );
  const objective = () => definition.objective({ trial, params, settings, signal, studySeed, log });
  const end = await backend.watchTrial(() => runObjective(() => backend.explain(objective)));
  const values: readonly unknown[] = Array.isArray(end.told) ? end.told : [end.told];
  // What an objective returns by mistake (a tensor, a function) cannot travel; what is wrong with it can.
  const problem = typeof end.told === 'string' ? undefined : infeasibility(values, definition.directions.length);
  return problem === undefined ? end : { ...end, told: 'FAIL', failure: { name: 'InvalidValue', message: problem } };
}

/**
 * Ends this process when its parent is gone. A thread watches, since an objective may keep the main thread busy for
 * minutes, in which no event (not even `disconnect`) is heard.
 *
 * @param parent its process number, told by itself: it may be gone before this process could ask who it is.
 */
function dieWithParent(parent: number): void {
  process.on('disconnect', () => process.exit(0));
  const watch = `
    const { workerData: parent } = require('node:worker_threads');
    setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500);`;
  new Thread(watch, { eval: true, workerData: parent }).unref();
}
