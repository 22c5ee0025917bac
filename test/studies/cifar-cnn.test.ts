import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CIFAR_SAMPLE, cifarProject, outcomesIn } from '../support/cifar-project.ts';
import { HpoProcess } from '../support/hpo-process.ts';

// The study itself, on a sample of real images.
const SMALL = ['--set', 'epochs=2', '--set', 'trainImages=200', '--set', 'validationImages=64'];
const COMMAND = ['run', 'studies/cifar-cnn.ts', '--backend', 'wasm', '--workers', '1', ...SMALL];

describe('studies/cifar-cnn.ts', () => {
  it('gives identical parameters and values for a seed, interrupted and continued or not', async () => {
    const [whole, broken] = [cifarProject(), cifarProject()];
    const search = [...COMMAND, '--trials', '9', '--no-retrain'];
    const uninterrupted = new HpoProcess(whole, search, CIFAR_SAMPLE);
    const first = new HpoProcess(broken, search, CIFAR_SAMPLE);
    await first.waitFor('trial-reported', ({ trial }) => trial === 6);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await new HpoProcess(broken, search, CIFAR_SAMPLE).ended).toEqual({ code: 0, stderr: '' });
    expect(await uninterrupted.ended).toEqual({ code: 0, stderr: '' });
    const trials = await outcomesIn(whole);
    expect(trials).toHaveLength(9);
    expect(trials.filter(({ state }) => state === 'PRUNED').length).toBeGreaterThan(0);
    expect(trials.filter(({ state }) => state === 'FAIL')).toEqual([]);
    expect(await outcomesIn(broken)).toEqual(trials);
  });

  it('retrains the winner and writes its results', async () => {
    const folder = cifarProject();
    const retraining = ['--set', 'retrain.epochs=2', '--set', 'retrain.trainImages=400'];
    const run = new HpoProcess(folder, [...COMMAND, ...retraining, '--trials', '2'], CIFAR_SAMPLE);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(run.of('run-started')[0]).toMatchObject({ profile: 'quick', profileFrom: 'device' });

    const results = join(folder, 'runs/cifar-cnn');
    const best = JSON.parse(readFileSync(join(results, 'best.json'), 'utf8'));
    const [winner] = run.of('run-finished').map((event) => event.best);
    expect(best).toMatchObject({ study: 'cifar-cnn', studySeed: 20, profile: 'quick', ...winner });
    // The winner's checkpoint stays, so that it can go on.
    const kept = readdirSync(join(results, 'checkpoints'), { recursive: true, encoding: 'utf8' });
    const files = kept
      .filter((name) => name.endsWith('.safetensors'))
      .map((name) => name.split(sep).slice(1).join('/'));
    expect(files).toEqual([`trial-${winner?.trial}/step-2/training.safetensors`]);
    const { configuration, metrics } = JSON.parse(readFileSync(join(results, 'retrain/metrics.json'), 'utf8'));
    expect(configuration).toMatchObject({ trial: winner?.trial, params: winner?.params });
    expect(metrics.confusion.flat().reduce((sum: number, count: number) => sum + count)).toBe(256);
    const history = readFileSync(join(results, 'retrain/history.csv'), 'utf8').trim().split('\n');
    expect(history).toHaveLength(3);
    expect(existsSync(join(results, 'retrain/model/model.json'))).toBe(true);
    const { layout, mistakes } = JSON.parse(readFileSync(join(results, 'retrain/insight/insight.json'), 'utf8'));
    expect([layout.points.length, layout.width]).toEqual([256, winner?.params.fc2]);
    expect(mistakes.images).toBe(Math.round((1 - metrics.accuracy) * 256));

    const again = new HpoProcess(folder, [...COMMAND, ...retraining, '--trials', '2'], CIFAR_SAMPLE);
    expect((await again.ended).code).toBe(0);
    expect(again.of('trial-started')).toEqual([]);
    expect(again.of('retrain-skipped')).toHaveLength(1);
  });
});
