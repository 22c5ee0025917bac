import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { historyOf } from '../../../test/support/history.ts';
import { categorical } from '../../space/categorical-distribution.ts';
import { float } from '../../space/float-distribution.ts';
import type { StudyRecord } from '../../storage/storage.ts';
import { NO_MACHINES } from '../../study/machine-watch.ts';
import type { RunEvent } from '../../study/run-event.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { afterEvent, liveRunOf } from '../live-run.ts';
import { StudyModel } from '../study-model.ts';
import { UNKNOWN_SYSTEM } from '../system-state.ts';
import { widthOf } from '../text/line.ts';
import { START, TABS, type UiState } from '../ui-state.ts';
import type { View } from '../view.ts';
import { draw } from './index.ts';

const BEGIN = new Date('2026-11-21T12:00:00Z');
const at = (seconds: number) => new Date(BEGIN.getTime() + seconds * 1000);
const record: StudyRecord = {
  id: 1,
  token: 'token',
  name: 'cnn',
  directions: ['minimize'],
  userAttrs: {},
  systemAttrs: {},
};
const params = { learningRate: 0.0012345678, optimizer: 'adam' };
const distributions = { learningRate: float(1e-4, 1, { log: true }), optimizer: categorical(['adam', 'sgd']) };
const reports = (...values: number[]) => new Map(values.map((value, step) => [step + 1, value] as const));

const trials: FrozenTrial[] = [
  {
    state: 'COMPLETE',
    values: [1.5],
    intermediateValues: reports(3, 2, 1.5),
    systemAttrs: { 'hpo:metrics:0': { 2: { accuracy: 0.5 }, 3: { accuracy: 0.625, f1: 0.6 } } },
  },
  { state: 'PRUNED', values: [4], intermediateValues: reports(4) },
  { state: 'COMPLETE', values: [0.75], intermediateValues: reports(2, 1, 0.75), userAttrs: { accuracy: 0.71 } },
  {
    state: 'FAIL',
    values: null,
    systemAttrs: {
      'hpo:error': { name: 'WorkerDied', message: 'The worker process was ended by SIGKILL.', stderr: 'no room\nleft' },
    },
  },
  { state: 'RUNNING', values: null, intermediateValues: reports(2.25, 1.75) },
  { state: 'RUNNING', values: null },
].map((given, number) =>
  frozenTrial(number, {
    params: { ...params, learningRate: params.learningRate * (number + 1) },
    distributions,
    ...(given as Partial<FrozenTrial>),
    startedAt: at(10 * number),
    completedAt: given.state === 'RUNNING' ? null : at(10 * number + 30 + number),
  }),
);

const started: Extract<RunEvent, { type: 'run-started' }> = {
  type: 'run-started',
  role: 'run',
  process: 'process 4711 on ada',
  study: 'cnn',
  storage: 'sqlite:///hpo.db',
  directions: ['minimize'],
  sampler: 'tpe',
  pruner: 'median',
  seed: 20,
  target: 30,
  targetFrom: 'file',
  counts: { complete: 0, pruned: 0, failed: 0 },
  best: undefined,
  workers: 2,
  device: { backend: 'wasm', kind: 'cpu', description: 'WebAssembly on one CPU thread' },
  profile: 'quick',
  profileFrom: 'device',
  settings: { epochs: 3, trainImages: 8000 },
  folder: 'runs/cnn',
  continued: false,
};

const events: RunEvent[] = [
  { type: 'worker-started', worker: 0, pid: 41 },
  { type: 'worker-started', worker: 1, pid: 42 },
  { type: 'trial-started', trial: 4, params, worker: 0, attempt: 1 },
  { type: 'trial-started', trial: 5, params, worker: 1, attempt: 1 },
  { type: 'log', stream: 'log', phase: 'trial', trial: 2, worker: 0, text: 'accuracy 0.71' },
];
const run = events.reduce((state, event) => afterEvent(state, event, at(31)), liveRunOf(started, BEGIN));

function viewOf(ui: Partial<UiState> = {}, more: Partial<View> = {}): View {
  const system = {
    load: 1.5,
    usedBytes: 3 * 2 ** 30,
    totalBytes: 24 * 2 ** 30,
    gpus: [{ name: 'NVIDIA H200', utilisation: 42, usedBytes: 2 ** 30, memoryBytes: 139 * 2 ** 30 }],
    memoryOf: new Map([[41, 300e6]]),
  };
  const model = new StudyModel(record, historyOf(trials));
  return {
    model,
    storageLabel: 'sqlite:///hpo.db',
    run,
    machines: NO_MACHINES,
    ui: { ...START, ...ui },
    system,
    now: at(75),
    ...more,
  };
}

const text = (view: View, columns: number, rows: number) =>
  draw(view, columns, rows)
    .map((spans) =>
      spans
        .map((span) => span.text)
        .join('')
        .trimEnd(),
    )
    .join('\n');

describe('the screens', () => {
  it('overview at 80 columns', () => {
    expect(text(viewOf(), 80, 22)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      minimize  sampler tpe  pruner median  seed 20
      2 workers on WebAssembly on one CPU thread  profile quick  epochs=3 trainImages…

      ▶ trial 4       35 s  step 2  ████··  █▁  1.75  +0.25 to the median  learningRa…
      ▶ trial 5       25 s  no report yet  learningRate=0.0074074 optimizer=adam

      ★ best is trial 2: 0.75
        learningRate=0.0037037 optimizer=adam

      best value so far, by trial
       1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
      0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('overview at 120 columns', () => {
    expect(text(viewOf(), 120, 22)).toMatchInlineSnapshot(`
      "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail                                   ████·························· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                                                            sqlite:///hpo.db

      minimize  sampler tpe  pruner median  seed 20
      2 workers on WebAssembly on one CPU thread  profile quick  epochs=3 trainImages=8000

      ▶ trial 4       35 s  step 2  ████··  █▁  1.75  +0.25 to the median  learningRate=0.0061728 optimizer=adam
      ▶ trial 5       25 s  no report yet  learningRate=0.0074074 optimizer=adam

      ★ best is trial 2: 0.75
        learningRate=0.0037037 optimizer=adam

      best value so far, by trial
       1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
      0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help                                                 x prune  p pause  q stop"
    `);
  });

  it('trials at 80 columns', () => {
    expect(text(viewOf({ tab: 'trials' }), 80, 16)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      6 trials, by number
        trial  state        value  time  learningRate  optimizer
      ›     5  ▶ running           25 s  0.0074074     adam
            4  ▶ running   (1.75)  35 s  0.0061728     adam
            3  ✗ fail              33 s  0.0049383     adam
            2  ● complete    0.75  32 s  0.0037037     adam
            1  ◌ pruned         4  31 s  0.0024691     adam
            0  ● complete     1.5  30 s  0.0012346     adam


      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('trials at 120 columns, the best first, filtered', () => {
    const ui = { tab: 'trials', sort: 'value', filter: 'complete ADAM', selected: 0 } as const;
    expect(text(viewOf(ui), 120, 12)).toMatchInlineSnapshot(`
      "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail                                   ████·························· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                                                            sqlite:///hpo.db

      2 of 6: complete ADAM, by value
        trial  state       value  time  learningRate  optimizer
            2  ● complete   0.75  32 s  0.0037037     adam
      ›     0  ● complete    1.5  30 s  0.0012346     adam


      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help                                                 x prune  p pause  q stop"
    `);
  });

  it('a complete trial', () => {
    expect(text(viewOf({ tab: 'trial', selected: 0 }), 120, 14)).toMatchInlineSnapshot(`
      "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail                                   ████·························· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                                                            sqlite:///hpo.db

      trial 0  ● complete  1.5  30 s

      parameter     trial 0    best (2)    reports
      learningRate  0.0012346  0.0037037   step  value  to median  accuracy  f1
      optimizer     adam       adam           1  3      +0.5
                                              2  2      +0.5       0.5
                                              3  1.5    +0.375     0.625     0.6

      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help                                                 x prune  p pause  q stop"
    `);
  });

  it('a failed trial', () => {
    expect(text(viewOf({ tab: 'trial', selected: 3 }), 80, 14)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      trial 3  ✗ fail    33 s

      WorkerDied: The worker process was ended by SIGKILL.
      no room
      left

      parameter     trial 3    best (2)        no reports
      and 2 more lines; hpo trials shows all
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('history', () => {
    expect(text(viewOf({ tab: 'history' }), 80, 14)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      best value so far, by trial
       1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
           ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
      0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀

      importance: 2 complete trials are too few to rely on this; take 50 or more.
      learningRate 1.00  ██████████████████████████████████████████████████████████▉
      optimizer    0.00  ▏
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('system', () => {
    expect(text(viewOf({ tab: 'system' }), 80, 18)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      worker 0  process 41  trial 4  300 MB
      worker 1  process 42  trial 5

      backend  WebAssembly on one CPU thread
      load     1.50
      memory   3.0 of 24.0 GiB  ██▌
      GPU      NVIDIA H200  42 % busy  ████████▍
               1.0 of 139.0 GiB  ▏

      12:00:31  trial 2 | accuracy 0.71


      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('history, trial and system at the other width', () => {
    expect(text(viewOf({ tab: 'history' }), 120, 12)).toMatchInlineSnapshot(`
      "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail                                   ████·························· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                                                            sqlite:///hpo.db

      best value so far, by trial
       1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
      0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀

      importance: 2 complete trials are too few to rely on this; take 50 or more.
      learningRate 1.00  ██████████████████████████████████████████████████████████████████████████████████████████████████▊
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help                                                 x prune  p pause  q stop"
    `);
    expect(text(viewOf({ tab: 'trial', selected: 0 }), 80, 12)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      trial 0  ● complete  1.5  30 s

      parameter     trial 0    best (2)    the last 2 of 3 reports
      learningRate  0.0012346  0.0037037   step  value  to median  accuracy  f1
      optimizer     adam       adam           2  2      +0.5       0.5
                                              3  1.5    +0.375     0.625     0.6
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
    expect(text(viewOf({ tab: 'system' }), 120, 16)).toMatchInlineSnapshot(`
      "hpo cnn                                                              1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail                                   ████·························· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                                                            sqlite:///hpo.db

      worker 0  process 41  trial 4  300 MB
      worker 1  process 42  trial 5

      backend  WebAssembly on one CPU thread
      load     1.50
      memory   3.0 of 24.0 GiB  ██▌
      GPU      NVIDIA H200  42 % busy  ████████▍
               1.0 of 139.0 GiB  ▏

      12:00:31  trial 2 | accuracy 0.71
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help                                                 x prune  p pause  q stop"
    `);
  });

  it('system while the winner is retrained', () => {
    const event = { type: 'retrain-started', trial: 2, params, settings: {} } as const;
    expect(text(viewOf({ tab: 'system' }, { run: afterEvent(run, event, at(70)) }), 80, 9)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  retraining the winner                           sqlite:///hpo.db

      worker 0  process 41  retraining  300 MB

      backend  WebAssembly on one CPU thread
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
  });

  it('a value that has always been the best', () => {
    const model = new StudyModel(record, historyOf(trials.slice(0, 2)));
    expect(
      text(viewOf({ tab: 'history' }, { model }), 80, 12)
        .split('\n')
        .slice(4, -2),
    ).toMatchInlineSnapshot(`
      [
        "best value so far, by trial",
        "1.5 ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤",
        "",
        "",
        "",
        "",
      ]
    `);
  });

  it('help, a question, and text that is being typed', () => {
    expect(text(viewOf({ help: true }), 80, 20)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail     ██▋················· 4 of 30
      1m 15s elapsed  about 6m 37s to 6m 50s to go                    sqlite:///hpo.db

      keys  (any key closes this)

      1 to 5, [ ]  another tab
      j k, ↓ ↑     the next or former trial; page down, page up, g first, G last
      h l, ← →     scroll the table of trials past its parameters
      enter        the selected trial in detail; on tab 5, the trials of the machine
      /            filter trials by words: number, state, name=value, machine=host
      s            sort trials by number, value, duration
      esc          back, and no filter
      x            prune the selected running trial (asks)
      p            pause: running trials finish, no other starts; p again goes on
      t            another number of finished trials
      e            write the best configuration so far to best.json
      q, Ctrl-C    finish the running trials and stop; again: hand them back now
      trial 2 | accuracy 0.71
      j k move  enter trial  / filter  s sort  ? help         x prune  p pause  q stop"
    `);
    const question = { text: 'prune trial 4?', order: { type: 'prune', trial: 4 } as const };
    const lastLines = (ui: Partial<UiState>) => text(viewOf(ui), 80, 10).split('\n').slice(-2, -1);
    expect(lastLines({ question })).toEqual(['prune trial 4? y: yes, any other key: no']);
    expect(lastLines({ entry: { what: 'filter', text: 'adam' } })).toEqual(['filter: adam']);
    expect(lastLines({ message: 'sorted by value' })).toEqual(['sorted by value']);
  });

  it('of a study that runs elsewhere, and of one without trials', () => {
    expect(text(viewOf({}, { run: undefined }), 80, 9)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 2 complete  ▶ 2 running  ◌ 1 pruned  ✗ 1 fail
      watching; runs elsewhere                                        sqlite:///hpo.db

      minimize

      ▶ trial 4       35 s  step 2  ████··  █▁  1.75  +0.25 to the median  learningRa…

      j k move  enter trial  / filter  s sort  ? help                          q close"
    `);
    const none = { model: new StudyModel(record, historyOf([])), run: undefined, system: UNKNOWN_SYSTEM };
    for (const tab of TABS) expect(text(viewOf({ tab }, none), 80, 24)).toContain('hpo cnn');
    expect(
      text(viewOf({ help: true }, none), 80, 20)
        .split('\n')
        .slice(12, 14),
    ).toMatchInlineSnapshot(`
      [
        "esc          back, and no filter",
        "q, Ctrl-C    close; the study goes on elsewhere",
      ]
    `);
    expect(text(viewOf({}, none), 80, 9)).toMatchInlineSnapshot(`
      "hpo cnn                      1 overview  2 trials  3 trial  4 history  5 system
      ● 0 complete
      watching; runs elsewhere                                        sqlite:///hpo.db

      minimize

      no trial is running

      j k move  enter trial  / filter  s sort  ? help                          q close"
    `);
  });

  it('metrics of a trial: values before names, and the number of those without room', () => {
    const metrics = (step: number) => ({
      'accuracy of the validation set': step / 8,
      'accuracy of the test set': NaN,
      f1: 0.5,
      'seconds per epoch': 1234.5,
    });
    const systemAttrs = { 'hpo:metrics:0': { 1: metrics(1), 2: metrics(2), 3: metrics(3) } };
    const model = new StudyModel(record, historyOf([{ ...(trials[0] as FrozenTrial), systemAttrs }]));
    const shown = (columns: number) =>
      text(viewOf({ tab: 'trial', selected: 0 }, { model }), columns, 15)
        .split('\n')
        .slice(6, -2)
        .join('\n')
        .trimEnd();
    expect(shown(100)).toMatchInlineSnapshot(`
      "parameter     trial 0     reports
      learningRate  0.0012346   step  value  to median  accu…tion set  accu…test set  f1   seco…er epoch
      optimizer     adam           1  3      +0         0.125          NaN            0.5  1234.5
                                   2  2      +0         0.25           NaN            0.5  1234.5
                                   3  1.5    +0         0.375          NaN            0.5  1234.5"
    `);
    expect(shown(80)).toMatchInlineSnapshot(`
      "parameter     trial 0     reports, without 1 of 4 metrics
      learningRate  0.0012346   step  value  to median  acc…n set  acc…t set  f1
      optimizer     adam           1  3      +0         0.125      NaN        0.5
                                   2  2      +0         0.25       NaN        0.5
                                   3  1.5    +0         0.375      NaN        0.5"
    `);
    expect(shown(40)).toMatchInlineSnapshot(`
      "parameter     trial 0
      learningRate  0.0012346
      optimizer     adam

      the last 1 of 3 reports, without 3 of 4…
      step  value  to median  acc…n set
         3  1.5    +0         0.375"
    `);
  });

  describe('of a study with long names', () => {
    const blocks = Array.from({ length: 14 }, (_, n) => `model/encoder_block_${n}/attention/very_long_parameter_name`);
    const wide = trials.map((trial, number) => ({
      ...trial,
      params: Object.fromEntries([...blocks.map((name, at) => [name, at + number / 8]), ['学習率', 0.00123]]),
      userAttrs: { [`${blocks[0]}/of the best epoch`]: 0.75 },
    }));
    const model = new StudyModel(record, historyOf(wide));
    const shown = (ui: Partial<UiState>, columns: number, rows = 26) =>
      text(viewOf(ui, { model }), columns, rows).split('\n').slice(4, -2).join('\n').trimEnd();

    it('has each value beside a name that is clear', () => {
      expect(shown({ tab: 'trial', selected: 0 }, 80)).toMatchInlineSnapshot(`
        "trial 0  ● complete  1.5  30 s

        parameter                   trial 0  best (2)   reports, without 1 of 2 metrics
        …_block_0/attention/very_…  0        0.25       step  value  to median  accuracy
        …_block_1/attention/very_…  1        1.25          1  3      +0.5
        …_block_2/attention/very_…  2        2.25          2  2      +0.5       0.5
        …_block_3/attention/very_…  3        3.25          3  1.5    +0.375     0.625
        …_block_4/attention/very_…  4        4.25
        …_block_5/attention/very_…  5        5.25
        …_block_6/attention/very_…  6        6.25
        …_block_7/attention/very_…  7        7.25
        …_block_8/attention/very_…  8        8.25
        …_block_9/attention/very_…  9        9.25
        …_block_10/attention/very…  10       10.25
        …_block_11/attention/very…  11       11.25
        …_block_12/attention/very…  12       12.25
        …_block_13/attention/very…  13       13.25
        学習率                      0.00123  0.00123

        model/en…he best epoch  0.75"
      `);
      expect(shown({ tab: 'trial', selected: 0 }, 40, 34)).toMatchInlineSnapshot(`
        "trial 0  ● complete  1.5  30 s

        parameter              trial 0  best (2)
        …block_0/attention/v…  0        0.25
        …block_1/attention/v…  1        1.25
        …block_2/attention/v…  2        2.25
        …block_3/attention/v…  3        3.25
        …block_4/attention/v…  4        4.25
        …block_5/attention/v…  5        5.25
        …block_6/attention/v…  6        6.25
        …block_7/attention/v…  7        7.25
        …block_8/attention/v…  8        8.25
        …block_9/attention/v…  9        9.25
        …block_10/attention/…  10       10.25
        …block_11/attention/…  11       11.25
        …block_12/attention/…  12       12.25
        …block_13/attention/…  13       13.25
        学習率                 0.00123  0.00123

        model/e…e best epoch  0.75

        reports
        step  value  to median  accuracy  f1
           1  3      +0.5
           2  2      +0.5       0.5
           3  1.5    +0.375     0.625     0.6"
      `);
      expect(shown({ tab: 'overview' }, 80)).toMatchInlineSnapshot(`
        "minimize  sampler tpe  pruner median  seed 20
        2 workers on WebAssembly on one CPU thread  profile quick  epochs=3 trainImages…

        ▶ trial 4       35 s  step 2  ████··  █▁  1.75  +0.25 to the median  …block_0/a…
        ▶ trial 5       25 s  no report yet  …block_0/attention/…=0.625 …block_1/attent…

        ★ best is trial 2: 0.75
          …block_0/attention/…=0.25 …block_1/attention/…=1.25 …block_2/attention/…=2.25…

        best value so far, by trial
         1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
        0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀"
      `);
      expect(shown({ tab: 'history' }, 80)).toMatchInlineSnapshot(`
        "best value so far, by trial
         1.5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
             ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
        0.75 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀"
      `);
    });

    it('scrolls its table of trials sideways, and says that there is more', () => {
      expect(shown({ tab: 'trials' }, 80)).toMatchInlineSnapshot(`
        "6 trials, by number  parameters 1 to 2 of 15 →
          trial  state        value  time  …block_0/attention/…  …block_1/attention/…
        ›     5  ▶ running           25 s  0.625                 1.625
              4  ▶ running   (1.75)  35 s  0.5                   1.5
              3  ✗ fail              33 s  0.375                 1.375
              2  ● complete    0.75  32 s  0.25                  1.25
              1  ◌ pruned         4  31 s  0.125                 1.125
              0  ● complete     1.5  30 s  0                     1"
      `);
      expect(shown({ tab: 'trials', column: 13 }, 80)).toMatchInlineSnapshot(`
        "6 trials, by number  ← parameters 14 to 15 of 15
          trial  state        value  time  …block_13/attention…  学習率
        ›     5  ▶ running           25 s  13.625                0.00123
              4  ▶ running   (1.75)  35 s  13.5                  0.00123
              3  ✗ fail              33 s  13.375                0.00123
              2  ● complete    0.75  32 s  13.25                 0.00123
              1  ◌ pruned         4  31 s  13.125                0.00123
              0  ● complete     1.5  30 s  13                    0.00123"
      `);
      expect(shown({ tab: 'trials', column: 3 }, 40)).toMatchInlineSnapshot(`
        "← parameters 4 of 15 →
          #      value  …block_3/attention/…
        › 5  ▶          3.625
          4  ▶  (1.75)  3.5
          3  ✗          3.375
          2  ●    0.75  3.25
          1  ◌       4  3.125
          0  ●     1.5  3"
      `);
    });

    it('has every value of every parameter somewhere, at any width', () => {
      for (const columns of [40, 60, 80, 120]) {
        const pages = blocks.map((_, column) => shown({ tab: 'trials', column }, columns));
        for (const value of blocks.keys()) {
          expect(pages.some((page) => new RegExp(` ${value}( |$)`, 'm').test(page))).toBe(true);
        }
        const trial = shown({ tab: 'trial', selected: 0 }, columns, 40);
        for (const value of [...blocks.keys(), '0.00123']) expect(trial).toMatch(new RegExp(` ${value} `));
      }
    });
  });

  it('never leave the terminal, whatever the names are and however small it is', () => {
    const hostile = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('\u001b[2J\n名前🎉'));
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.integer({ min: 1, max: 140 }),
        fc.integer({ min: 1, max: 40 }),
        (name, value, columns, rows) => {
          const [first, ...others] = trials.map((trial) => ({
            ...trial,
            params: { [name]: value },
            userAttrs: { [name]: value },
          }));
          const model = new StudyModel({ ...record, name: value }, historyOf([first as FrozenTrial, ...others]));
          for (const tab of TABS) {
            const lines = draw(
              viewOf({ tab, message: value, selected: 3 }, { model, storageLabel: name }),
              columns,
              rows,
            );
            expect(lines.length).toBeLessThanOrEqual(rows);
            for (const line of lines) {
              expect(widthOf(line)).toBeLessThanOrEqual(columns);
              // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
              expect(line.map((span) => span.text).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
