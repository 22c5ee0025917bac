import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../study/run-event.ts';
import { JsonReporter } from './json-reporter.ts';
import { LinesReporter } from './lines-reporter.ts';
import type { Output } from './reporter.ts';

const counts = (complete: number, pruned = 0, failed = 0) => ({ complete, pruned, failed });
const params = { learningRate: 0.00123456, optimizer: 'adam', nesterov: true };

const EVENTS: readonly RunEvent[] = [
  {
    type: 'run-started',
    role: 'run',
    process: 'process 4711 on ada',
    study: 'cnn',
    storage: 'sqlite:///hpo.db',
    directions: ['minimize'],
    sampler: 'tpe',
    pruner: 'median',
    seed: 20,
    target: 4,
    targetFrom: 'file',
    counts: counts(1),
    best: { trial: 0, value: 2, params },
    workers: 2,
    device: { backend: 'wasm', kind: 'cpu', description: 'WebAssembly' },
    profile: 'quick',
    profileFrom: 'device',
    settings: { epochs: 3, loss: 'mse' },
    folder: 'runs/cnn',
    continued: true,
  },
  { type: 'trial-requeued', trial: 1, reason: 'holder-died' },
  { type: 'trial-paused', trial: 1, deaths: 2, pauseMs: 5000 },
  { type: 'progress', phase: 'prepare', progress: { label: 'images', done: 5e6, total: 2e7, unit: 'bytes' } },
  { type: 'progress', phase: 'prepare', progress: { label: 'images', done: 5.1e6, total: 2e7, unit: 'bytes' } },
  { type: 'worker-started', worker: 0, pid: 1 },
  { type: 'trial-started', trial: 1, params, worker: 0, attempt: 2, afterStep: 4 },
  { type: 'trial-reported', trial: 1, step: 1, value: 1.23456789 },
  { type: 'trial-reported', trial: 1, step: 2, value: 1 },
  { type: 'log', stream: 'stdout', phase: 'trial', trial: 1, worker: 0, text: 'hello' },
  {
    type: 'trial-finished',
    trial: 1,
    state: 'COMPLETE',
    values: [1],
    elapsedMs: 60_000,
    failure: undefined,
    isBest: true,
    counts: counts(2),
  },
  {
    type: 'trial-started',
    trial: 2,
    params,
    worker: 0,
    attempt: 1,
    afterStep: 3,
    continues: 0,
    settings: { epochs: 20, loss: 'mse' },
  },
  { type: 'worker-died', worker: 0, pid: 1, reason: 'SIGKILL' },
  {
    type: 'trial-finished',
    trial: 2,
    state: 'FAIL',
    values: null,
    elapsedMs: 2_000,
    failure: { name: 'CommandFailed', message: '`sh t.sh` exited with code 2:\nnot found\nno luck' },
    isBest: false,
    counts: counts(2, 0, 1),
  },
  { type: 'warning', message: 'Trial 2 reported step 1 twice; the first report counts.' },
  {
    type: 'waiting',
    trials: [
      { trial: 3, by: 'process 4711 on ada' },
      { trial: 4, by: 'process 12 on eve' },
      { trial: 5, by: 'process 4711 on ada' },
    ],
  },
  { type: 'stopping', how: 'drain' },
  { type: 'best-written', file: 'runs/cnn/best.json' },
  { type: 'retrain-started', trial: 1, params, settings: { epochs: 12 } },
  {
    type: 'retrain-started',
    trial: 1,
    params,
    settings: { epochs: 12 },
    from: { trial: 1, step: 5 },
    afterStep: 7,
  },
  { type: 'log', stream: 'log', phase: 'retrain', trial: 1, worker: 0, text: 'epoch 1' },
  {
    type: 'retrain-finished',
    folder: 'runs/cnn/retrain',
    metrics: { accuracy: 0.6543, perClass: [1] },
    elapsedMs: 7.3e6,
  },
  { type: 'retrain-skipped', folder: 'runs/cnn/retrain' },
  {
    type: 'run-finished',
    reason: 'interrupted',
    failure: undefined,
    counts: counts(2, 0, 1),
    best: { trial: 1, value: Number.NEGATIVE_INFINITY, params },
    front: [],
    elapsedMs: 3_599_600,
  },
];

it('writes a line for each event that a person wants to read', () => {
  let written = '';
  const reporter = new LinesReporter({ write: (text) => (written += text) });
  for (const event of EVENTS) reporter.handle(event);
  expect(written.replace(/^\d\d:\d\d:\d\d/gm, 'hh:mm:ss').replace(/^hpo \S+/, 'hpo VERSION')).toMatchInlineSnapshot(`
    "hpo VERSION  cnn
      study     minimize with tpe, pruner median, seed 20
      storage   sqlite:///hpo.db (continued, 1 finished so far)
      workers   2 on WebAssembly
      profile   quick (the default on a CPU)
      settings  epochs=3 loss=mse
      target    4 finished trials; results in runs/cnn

    hh:mm:ss  trial 1    waiting   to be run again: its process is gone
    hh:mm:ss  trial 1    waiting   its process has died 2 times; it is run again in 5.0 s
    hh:mm:ss  images  25 % (5.0 of 20.0 MB)
    hh:mm:ss  trial 1    started   (attempt 2, after step 4) learningRate=0.0012346 optimizer=adam nesterov=true
    hh:mm:ss  trial 1    step 1    1.2346
    hh:mm:ss  trial 1    | hello
    hh:mm:ss  trial 1    COMPLETE  1  1m 00s  █▁  best so far  [2/4, about 1m 00s to go]
    hh:mm:ss  trial 2    started   (continues trial 0, after step 3, with epochs=20) learningRate=0.0012346 optimizer=adam nesterov=true
    hh:mm:ss  worker 0 died (SIGKILL)
    hh:mm:ss  trial 2    FAIL      CommandFailed: \`sh t.sh\` exited with code 2: not found | no luck  2.0 s  [3/4, about 31 s to go]
    hh:mm:ss  warning: Trial 2 reported step 1 twice; the first report counts.
    hh:mm:ss  waiting for trials 3, 5 of process 4711 on ada, trial 4 of process 12 on eve; there is nothing else to start
    hh:mm:ss  stopping when the running trials are done; once more (Ctrl-C) hands them back at once
    hh:mm:ss  best configuration written to runs/cnn/best.json
    hh:mm:ss  retraining trial 1  epochs=12
    hh:mm:ss  retraining trial 1 from its checkpoint of step 5, goes on after step 7  epochs=12
    hh:mm:ss  retrain    | epoch 1
    hh:mm:ss  retrained in 2h 01m  accuracy=0.6543  → runs/cnn/retrain
    hh:mm:ss  runs/cnn/retrain holds the results of this configuration already

    interrupted after 1h 00m: 2 complete, 0 pruned, 1 failed
    the same command goes on from here
    best is trial 1: -Infinity
      learningRate=0.0012346 optimizer=adam nesterov=true
    "
  `);
});

it('draws progress over itself on a terminal, and removes it before a line', () => {
  let written = '';
  const output = { write: (text: string) => (written += text), isTTY: true, columns: 60 };
  const reporter = new LinesReporter(output);
  reporter.handle({ type: 'progress', phase: 'prepare', progress: { label: 'images', done: 1, total: 2 } });
  reporter.handle({ type: 'warning', message: 'careful' });
  const [bar = '', line = ''] = written.split('\r\u001b[K').slice(1);
  expect(bar.length).toBeLessThan(60);
  expect(bar).toContain('█'.repeat(12) + '░'.repeat(12));
  expect(line).toMatch(/warning: careful\n$/);
});

describe('text that is not ours', () => {
  const ESC = '\u001b';
  const TITLE = `${ESC}]0;pwned\u0007\u202e`;
  const log = { type: 'log', stream: 'stderr', phase: 'trial', trial: 1, worker: 0 } as const;

  function written(events: readonly RunEvent[], output: Partial<Output> = {}): string {
    let text = '';
    const reporter = new LinesReporter({ write: (more) => (text += more), ...output });
    for (const event of events) reporter.handle(event);
    return text.replace(/^\d\d:\d\d:\d\d {2}/gm, '');
  }

  it('is shown without hidden characters in every event, and adds no lines', () => {
    const hostile = (value: unknown): unknown => {
      if (typeof value === 'string') return `${value}${TITLE}\nhpo: all is well`;
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(hostile);
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => {
          if (name === 'settings' || name === 'params') return [name, { [TITLE]: TITLE }];
          const isOurs = ['type', 'phase', 'reason', 'how', 'profileFrom', 'unit', 'kind'].includes(name);
          return [name, isOurs ? each : hostile(each)];
        }),
      );
    };
    const events = EVENTS.filter(({ type }) => type !== 'log');
    const shown = written(events.map((event) => hostile(event) as RunEvent));
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(shown.split('\n')).toHaveLength(written(events).split('\n').length);
  });

  it('of a program shows its last state, and its colours whole where they are wanted', () => {
    const text = `\r10%\r${ESC}[31m20%${ESC}[K${ESC}[2A`;
    const events = [
      { ...log, text: `${text}${TITLE}\r` },
      { ...log, text: 'two\nlines' },
    ];
    const more = 'trial 1    | two\ntrial 1    | lines\n';
    expect(written(events)).toBe(`trial 1    | 20%\\u202e\n${more}`);
    expect(written(events, { hasColors: () => true })).toBe(`trial 1    | ${ESC}[31m20%\\u202e${ESC}[0m\n${more}`);
  });
});

it('as NDJSON writes every event whole, readable by any JSON parser', () => {
  const lines: string[] = [];
  const reporter = new JsonReporter({ write: (text) => lines.push(text) });
  for (const event of EVENTS) reporter.handle(event);
  const read = lines.map((line) => JSON.parse(line));
  expect(read.map(({ type }) => type)).toEqual(EVENTS.map(({ type }) => type));
  expect(read.at(-1)).toMatchObject({ reason: 'interrupted', best: { value: '-Infinity', params } });
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(new Date(read[0].time).getTime()).not.toBeNaN();
});

it('as NDJSON has no character that a terminal would obey, and keeps them all', () => {
  let written = '';
  const text = '\u001b[2J\u009b31m\u202e\u200b\r\nüber';
  new JsonReporter({ write: (line) => (written += line) }).handle({ type: 'warning', message: text });
  expect(written).toMatch(/^[ -~ü]*\n$/);
  expect(JSON.parse(written)).toMatchObject({ type: 'warning', message: text });
});

it('of a worker names its process, and the ways in which it ends before its study does', () => {
  let written = '';
  const reporter = new LinesReporter({ write: (text) => (written += text) });
  const started = { ...(EVENTS[0] as Extract<RunEvent, { type: 'run-started' }>), role: 'worker', targetFrom: 'study' };
  const ended = { ...(EVENTS.at(-1) as Extract<RunEvent, { type: 'run-finished' }>), best: undefined };
  const events = [
    started,
    { type: 'target-changed', target: 9, former: 4 },
    { type: 'target-changed', target: 12 },
    { type: 'stopping', how: 'drain', graceMs: 20_000 },
    { type: 'stopping', how: 'abort' },
    { type: 'stopping', how: 'drain', graceMs: 20_000, reason: 'timeout' },
    { type: 'stopping', how: 'abort', reason: 'timeout' },
    { ...ended, reason: 'max-trials' },
  ] as const;
  for (const event of events) reporter.handle(event as RunEvent);
  const lines = written.replace(/^\d\d:\d\d:\d\d {2}/gm, '').split('\n');
  expect([lines[0]?.replace(/^hpo \S+/, 'hpo VERSION'), ...lines.slice(6)]).toMatchInlineSnapshot(`
    [
      "hpo VERSION  worker of cnn, process 4711 on ada",
      "  target    4 finished trials of all processes together (kept with the study; --trials changes it)",
      "",
      "the target is 9 finished trials now; it was 4",
      "the target is 12 finished trials now",
      "stopping; the running trials are handed back after 20 s unless they are done; once more (Ctrl-C) hands them back at once",
      "stopping now; running trials are handed back",
      "time is up; the running trials are handed back after 20 s unless they are done; once more (Ctrl-C) hands them back at once",
      "time is up; running trials are handed back",
      "",
      "ended by --max-trials after 1h 00m: 2 complete, 0 pruned, 1 failed",
      "the same command goes on from here",
      "",
    ]
  `);
});
