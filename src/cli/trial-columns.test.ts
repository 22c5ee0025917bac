import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { leasedTrial } from '../../test/support/leased-trial.ts';
import { ERROR_KEY } from '../study/study-keys.ts';
import {
  cellOf,
  columnsOf,
  defaultColumns,
  parseColumn,
  parseColumns,
  trialRow,
  withoutOnlyMachine,
} from './trial-columns.ts';
import { sortTrials } from './trial-order.ts';

const trial = frozenTrial(7, {
  values: [0.5, 30],
  params: { x: 1, 'optimizer.adam.beta1': 0.9 },
  intermediateValues: new Map([
    [1, 0.7],
    [3, 0.5],
  ]),
  userAttrs: { note: 'good', layers: [1, 2] },
  systemAttrs: {
    'hpo:metrics:0': { 3: { accuracy: 0.9, recall: 0.8 } },
    [ERROR_KEY]: { name: 'WorkerDied', message: 'It died.', stderr: 'out of memory' },
  },
  startedAt: new Date('2026-01-02T03:04:05Z'),
  completedAt: new Date('2026-01-02T03:05:35.500Z'),
});
const waiting = frozenTrial(8, { state: 'WAITING' });

const CELLS: Readonly<Record<string, unknown>> = {
  trial: 7,
  state: 'COMPLETE',
  value: 0.5,
  'values.0': 0.5,
  'values.1': 30,
  'values.2': null,
  curve: '█▁',
  duration: 90.5,
  started: '2026-01-02T03:04:05.000Z',
  error: 'WorkerDied: It died.',
  stderr: 'out of memory',
  'params.x': 1,
  'params.optimizer.adam.beta1': 0.9,
  'params.y': undefined,
  'params.toString': undefined,
  'user.note': 'good',
  'user.layers': [1, 2],
  'reports.1': 0.7,
  'reports.2': undefined,
  'metrics.3': { accuracy: 0.9, recall: 0.8 },
  'metrics.3.accuracy': 0.9,
  'metrics.1': undefined,
};

describe('a cell', () => {
  it.each(Object.entries(CELLS))('of %s', (column, expected) => {
    expect(cellOf(trial, column)).toEqual(expected);
  });

  it('is missing where the trial has no such figure', () => {
    const missing = ['value', 'values.1', 'duration', 'started'].map((column) => cellOf(waiting, column));
    expect(missing).toEqual([null, null, null, null]);
    const absent = ['curve', 'error', 'stderr', 'reports.1', 'metrics.3.accuracy'];
    expect(absent.map((column) => cellOf(waiting, column))).toEqual(absent.map(() => undefined));
  });
});

const inventory = {
  parameters: ['x', 'a,b', 'user.z'].map((name) => ({ name, distributions: [] })),
  userAttrs: ['note'],
  systemAttrs: ['hpo:lease', 'hpo:metrics:0'],
  steps: [1, 3, 64],
  hasCurves: true,
};
const one = columnsOf(inventory, 1, true);
const two = columnsOf({ ...inventory, systemAttrs: [], hasCurves: false }, 2, false);

describe('the columns of a study', () => {
  it('are those that its trials have', () => {
    expect(one.join(' ')).toBe(
      'trial state value curve duration started machine error stderr params.x params.a,b params.user.z user.note ' +
        'reports.1 reports.3 reports.64 metrics.1 metrics.3',
    );
    expect(two.slice(0, 6)).toEqual(['trial', 'state', 'values.0', 'values.1', 'duration', 'started']);
  });

  it('are chosen by the format where none are named', () => {
    const kept = { error: true, reports: false };
    expect(defaultColumns(one, 'table', kept)).not.toContain('error');
    expect(defaultColumns(one, 'table', kept)).toContain('curve');
    expect(defaultColumns(one, 'json', kept).slice(0, 6).join(' ')).toBe('trial state value duration started machine');
    expect(defaultColumns(one, 'json', { error: false, reports: true })).not.toContain('error');
    expect(defaultColumns(one, 'value', { error: true, reports: true })).toContain('metrics.3');
  });

  it('are named alone, by group, by other names, and without `params.`', () => {
    expect(parseColumns('number,seconds,params,metrics.3.accuracy,x', one, '--columns')).toEqual([
      ...['trial', 'duration', 'params.x', 'params.a,b', 'params.user.z', 'metrics.3.accuracy'],
    ]);
    expect(parseColumns('a,b,value', two, '--columns')).toEqual(['params.a,b', 'values.0', 'values.1']);
    expect(parseColumn(' user.z ', one, '--sort')).toBe('params.user.z');
  });

  it('sort by one figure alone', () => {
    for (const name of ['params', 'reports', 'nope', '']) {
      expect(() => parseColumn(name, one, '--sort')).toThrow(`--sort: there is no column '${name}'; there are trial,`);
    }
    expect(() => parseColumn('metrics.3', one, '--sort')).toThrow('name one: metrics.3.<name>');
    expect(() => parseColumn('nope', one, '--sort')).toThrow(
      'user.note, reports.<step>, metrics.<step>.<name>.', // not each of thousands of steps
    );
  });
});

describe('a row', () => {
  it('names its machine beside those of others alone', () => {
    const rows = (...hosts: readonly string[]) =>
      hosts.map((host, number) => trialRow(leasedTrial(number, { process: { host } }), ['trial', 'machine'], 'table'));
    const unleased = trialRow(waiting, ['trial', 'machine'], 'table');
    expect(withoutOnlyMachine([...rows('ada', 'bob'), unleased])).toEqual([
      { trial: 0, machine: 'ada' },
      { trial: 1, machine: 'bob' },
      { trial: 8, machine: undefined },
    ]);
    expect(withoutOnlyMachine([...rows('ada', 'ada'), unleased])).toEqual([{ trial: 0 }, { trial: 1 }, { trial: 8 }]);
    expect(cellOf(leasedTrial(0, {}, { state: 'WAITING' }), 'machine')).toBeUndefined();
  });

  const columns = ['trial', 'values.0', 'values.1', 'duration', 'params.x', 'params.y', 'reports.1', 'reports.2'];

  it('is flat in CSV, and nested in JSON', () => {
    expect(trialRow(trial, columns, 'csv')).toEqual({
      trial: 7,
      'values.0': 0.5,
      'values.1': 30,
      seconds: 90.5,
      'params.x': 1,
      'params.y': undefined,
      'reports.1': 0.7,
      'reports.2': undefined,
    });
    expect(trialRow(trial, [...columns, 'metrics.3.accuracy', 'metrics.3.recall'], 'json')).toEqual({
      trial: 7,
      values: [0.5, 30],
      seconds: 90.5,
      params: { x: 1 },
      reports: { 1: 0.7 },
      metrics: { 3: { accuracy: 0.9, recall: 0.8 } },
    });
  });

  it('is for people in a table', () => {
    expect(trialRow(trial, ['duration', 'error'], 'table')).toEqual({
      duration: '1m 31s',
      error: 'WorkerDied: It died.',
    });
    const quick = frozenTrial(0, { startedAt: new Date(0), completedAt: new Date(412) });
    expect(trialRow(quick, ['duration'], 'table')).toEqual({ duration: '412 ms' });
  });
});

it('sorts trials by the cells of a column, missing ones last', () => {
  const trials = [0.5, Number.NaN, 0.9].map((accuracy, number) =>
    frozenTrial(number, { systemAttrs: { 'hpo:metrics:0': { 3: { accuracy } } } }),
  );
  const sorted = (descending: boolean) =>
    sortTrials([waiting, ...trials], 'metrics.3.accuracy', descending).map(({ number }) => number);
  expect(sorted(false)).toEqual([0, 2, 8, 1]);
  expect(sorted(true)).toEqual([2, 0, 8, 1]);
});
