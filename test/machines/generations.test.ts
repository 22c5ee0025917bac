import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { HpoProcess, until } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** Waits for a file, and then takes some milliseconds. */
const OBJECTIVE = `
    while (!existsSync('go.txt')) await sleep(20);
    await sleep(5 + 10 * Math.random());
    return (params.x - 2) ** 2 + Math.log10(params.lr) ** 2;`;

/** Four coordinators at once; the first is killed once it has finished some trials. */
async function runFour(folder: string, file: string, target: number): Promise<void> {
  const args = ['run', file, '--trials', String(target), '--workers', '1', '--no-retrain'];
  const runs = Array.from({ length: 4 }, () => new HpoProcess(folder, args));
  for (const run of runs) await run.waitFor('trial-started');
  writeFileSync(join(folder, 'go.txt'), '');
  const [doomed, ...survivors] = runs as [HpoProcess, ...HpoProcess[]];
  await until(() => doomed.of('trial-finished').length > 1, 'the first has finished trials');
  doomed.child.kill('SIGKILL');
  for (const run of survivors) expect(await run.ended).toEqual({ code: 0, stderr: '' });
}

it('four coordinators try each cell of a grid once, though one is killed, and then end', async () => {
  const folder = tempFolder();
  const cells = 'sampler: grid({ x: [-4, -2, 0, 1, 2, 3, 4, 5], lr: [0.001, 0.01, 0.1, 1] }),';
  await runFour(folder, writeStudy(folder, OBJECTIVE, cells), 500);
  const trials = await storedTrials(folder);
  expect(countStates(trials)).toEqual({ COMPLETE: 96 });
  expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(96);
});

const generationOf = ({ systemAttrs }: FrozenTrial): unknown => {
  const { 'hpo:cma-es': place, 'NSGAIISampler:generation': generation } = systemAttrs;
  return (place as { readonly generation?: number } | undefined)?.generation ?? generation;
};

it.each(['nsga2', 'cmaEs'])(
  'four coordinators complete each generation of %s() before the next one begins',
  async (name) => {
    const folder = tempFolder();
    await runFour(folder, writeStudy(folder, OBJECTIVE, `sampler: ${name}({ populationSize: 12 }),`), 100);
    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: 100 });
    const generations = trials.flatMap((trial) => generationOf(trial) ?? []).map(Number);
    const count = Math.max(...generations) + 1;
    for (let generation = 0; generation < count - 1; generation++) {
      const members = generations.filter((own) => own === generation).length;
      expect(members).toBeGreaterThanOrEqual(12);
      expect(members).toBeLessThan(12 + 4); // with those that ran when it became complete
    }
    expect(count).toBeGreaterThanOrEqual(5);
  },
);
