import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/base/rng.ts';
import { writeJson } from '../../src/runner/results.ts';
import type { RunEvent } from '../../src/study/run-event.ts';
import { TensorBoard } from '../../src/tracking/index.ts';
import {
  Conv2DLayer,
  cifar10,
  device,
  heInitialise,
  cifar10Normalisation as normalisation,
  saveInsight,
  saveTraining,
} from '../../src/training/index.ts';
import { runHpo } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

// TensorBoard itself, as the judge of the files that we write for it. Python takes seconds to import it.

const PATIENCE_MS = 300_000;
const HINT = 'python -m venv .venv && .venv/bin/pip install tensorboard==2.21.0';

/** A Python that has TensorBoard: HPO_TENSORBOARD_PYTHON, or the one in `.venv` of this repository. */
const python = process.env.HPO_TENSORBOARD_PYTHON ?? join(import.meta.dirname, '../../.venv/bin/python');
const isThere = existsSync(python) && spawnSync(python, ['-c', 'import tensorboard']).status === 0;

interface Read {
  readonly runs: Readonly<Record<string, Contents>>;
  readonly params: readonly string[];
  readonly groups: readonly { readonly name: string; readonly status: string; readonly metrics: readonly string[] }[];
}

interface Contents {
  readonly scalars: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
  readonly images: Readonly<Record<string, unknown>>;
  readonly histograms: Readonly<Record<string, readonly { readonly count: number }[]>>;
}

/** What TensorBoard reads in a folder. */
async function readBack(folder: string): Promise<Read> {
  const { stdout } = await promisify(execFile)(python, [
    join(import.meta.dirname, 'python/read_tensorboard.py'),
    folder,
  ]);
  return JSON.parse(stdout) as Read;
}

const started = (trial: number, more = {}): RunEvent => ({
  type: 'trial-started',
  trial,
  params: { rate: 0.5, kind: 'adam', norm: true, none: null, layers: 3 },
  worker: 0,
  attempt: 1,
  ...more,
});
const reported = (trial: number, step: number, accuracy: number): RunEvent => ({
  type: 'trial-reported',
  trial,
  step,
  value: 1 / step,
  metrics: { accuracy },
});
const finished = (
  trial: number,
  state: 'COMPLETE' | 'PRUNED' | 'FAIL',
  values: readonly number[] | null,
): RunEvent => ({
  type: 'trial-finished',
  trial,
  state,
  values,
  elapsedMs: 1,
  failure: undefined,
  isBest: false,
  counts: { complete: 0, pruned: 0, failed: 0 },
});

describe.skipIf(!isThere)(isThere ? 'TensorBoard' : `TensorBoard (skipped: ${python} has none; try: ${HINT})`, () => {
  it('reads trials with their hyperparameters and ends, and no step twice of one that went on', {
    timeout: PATIENCE_MS,
  }, async () => {
    const folder = tempFolder();
    const tracker = new TensorBoard({ folder, warn: (message) => expect.fail(message) });
    const events: readonly RunEvent[] = [
      ...[started(0), reported(0, 1, 0.1), reported(0, 2, 0.2), reported(0, 3, 0.3)],
      { type: 'trial-requeued', trial: 0, reason: 'stopped' },
      ...[started(0, { attempt: 2, afterStep: 2 }), reported(0, 3, 0.5), reported(0, 4, 0.6)],
      finished(0, 'COMPLETE', [0.25, 7]),
      ...[
        started(1),
        reported(1, 1, 0.1),
        started(1, { attempt: 2 }),
        reported(1, 1, 0.4),
        finished(1, 'PRUNED', null),
      ],
      ...[started(2), finished(2, 'FAIL', null), started(3)],
    ];
    for (const event of events) tracker.handle(event);
    tracker.close();
    const { runs, params, groups } = await readBack(folder);
    expect(Object.fromEntries(Object.entries(runs).map(([name, { scalars }]) => [name, scalars]))).toEqual({
      'trial-0': {
        value: [
          [1, 1],
          [2, 0.5],
          [3, 0.33333],
          [4, 0.25],
        ],
        accuracy: [
          [1, 0.1],
          [2, 0.2],
          [3, 0.5],
          [4, 0.6],
        ],
        'objective/0': [[4, 0.25]],
        'objective/1': [[4, 7]],
      },
      'trial-1': { value: [[1, 1]], accuracy: [[1, 0.4]] },
      'trial-2': {},
      'trial-3': {},
    });
    expect(params).toEqual(['kind', 'layers', 'none', 'norm', 'rate']);
    const own = { kind: 'adam', layers: 3, none: 'null', norm: true, rate: 0.5 };
    expect(groups).toEqual([
      {
        name: 'trial-0',
        status: 'STATUS_SUCCESS',
        params: own,
        metrics: ['accuracy', 'objective/0', 'objective/1', 'value'],
      },
      { name: 'trial-1', status: 'STATUS_SUCCESS', params: own, metrics: ['accuracy', 'value'] },
      { name: 'trial-2', status: 'STATUS_FAILURE', params: own, metrics: [] },
      { name: 'trial-3', status: 'STATUS_UNKNOWN', params: own, metrics: [] },
    ]);
  });

  it('reads a retraining: its epochs, its test, misclassified images and weights', {
    timeout: PATIENCE_MS,
  }, async () => {
    await device({ backend: 'wasm' });
    const { test } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
    const folder = join(tempFolder(), 'runs/s/retrain');
    const model = tfl.sequential({
      layers: [
        new Conv2DLayer({ filters: 2, kernelSize: 4, stride: 4, inputShape: [32, 32, 3] }),
        tfl.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
        tfl.layers.dense({ units: 10 }),
      ],
    });
    heInitialise(model, new Rng('1'));
    const figures = { trainAccuracy: 0.5, validationLoss: 1, validationAccuracy: 0.25, seconds: 1 };
    const history = [1, 2].map((epoch) => ({ epoch, trainLoss: 3 / epoch, ...figures }));
    await saveTraining(folder, { model, history });
    const data = { set: test, indices: Uint32Array.from({ length: 20 }, (_, at) => at) };
    await saveInsight(folder, { model, data, normalisation, points: 0, mistakes: 2, samples: 0 });
    writeJson(join(folder, 'metrics.json'), {
      configuration: { study: 's', trial: 4, settings: {} },
      metrics: { accuracy: 0.5 },
    });

    const root = tempFolder();
    const tracker = new TensorBoard({ folder: root, warn: (message) => expect.fail(message) });
    tracker.handle({ type: 'run-started', study: 's', folder: root } as unknown as RunEvent);
    for (let time = 0; time < 2; time++) {
      tracker.handle({ type: 'retrain-started', trial: 4, params: { rate: 0.5 }, settings: {} });
      tracker.handle({ type: 'retrain-finished', folder, metrics: null, elapsedMs: 1 });
    }
    const { runs, groups } = await readBack(root);
    const { scalars, images, histograms } = runs.retrain as Contents;
    expect(scalars).toMatchObject({
      trainLoss: [
        [1, 3],
        [2, 1.5],
      ],
      validationAccuracy: [
        [1, 0.25],
        [2, 0.25],
      ],
      'test/accuracy': [[2, 0.5]],
    });
    expect(Object.values(images)).toEqual(Array(4).fill([[2, 32, 32, 'PNG']]));
    expect(Object.keys(images)[0]).toMatch(/^misclassified\/1 \w+ as \w+$/);
    const gradients = Object.keys(histograms).filter((name) => name.startsWith('gradients/'));
    expect(gradients.sort()).toEqual(model.weights.map(({ originalName }) => `gradients/${originalName}`).sort());
    const weights = model.weights.map((weight) => [`weights/${weight.originalName}`, weight.read()] as const);
    expect(Object.keys(histograms)).toEqual(expect.arrayContaining(weights.map(([name]) => name)));
    for (const [name, variable] of weights) {
      const values = variable.dataSync();
      const [low, high] = [Math.min(...values), Math.max(...values)];
      expect(histograms[name]).toEqual([
        {
          step: 2,
          count: values.length,
          sum: expect.any(Number),
          buckets: values.length,
          low: expect.closeTo(low, 4),
          high: expect.closeTo(high, 4),
        },
      ]);
    }
    expect(groups).toMatchObject([{ name: 'retrain', status: 'STATUS_SUCCESS', params: { rate: 0.5 } }]);
    model.dispose();
  });

  it('reads what hpo run --tensorboard writes, also of a run that is continued', { timeout: PATIENCE_MS }, async () => {
    const cwd = tempFolder();
    const study = writeStudy(
      cwd,
      'await trial.report(params.x, 1, { twice: 2 * params.x }); if (trial.number === 1) throw new Error("no"); return params.x;',
    );
    const run = async (...options: readonly string[]) =>
      (await runHpo(['run', study, '--workers', '1', '--json', ...options], { cwd })).code;
    expect(await run('--trials', '2', '--tensorboard')).toBe(0);
    expect(await run('--trials', '3', '--tensorboard')).toBe(0);
    const { runs, groups } = await readBack(join(cwd, 'runs/study/tb'));
    expect(
      Object.entries(runs).map(([name, { scalars }]) => [name, Object.keys(scalars).sort(), scalars.value?.length]),
    ).toEqual([
      ['trial-0', ['objective', 'twice', 'value'], 1],
      ['trial-1', ['twice', 'value'], 1],
      ['trial-2', ['objective', 'twice', 'value'], 1],
    ]);
    expect(groups.map(({ status }) => status)).toEqual(['STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_SUCCESS']);
    expect(await run('--trials', '4', '--tensorboard', 'elsewhere')).toBe(0);
    expect(existsSync(join(cwd, 'elsewhere/trial-3'))).toBe(true);
  });
});
