import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { Rng } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { contentOf, RESUMED } from '../support/resumed-studies.ts';
import { HPO_MODULE } from '../support/run-hpo.ts';
import { SWEEP_SEED, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { tempFolder } from '../support/temp-folder.ts';

// Runs with one worker, whose parent is killed at random moments and started again, until the study has all its trials.

const SUPPORT = fileURLToPath(new URL('../support', import.meta.url));
const KILLS = scaled(20, 4);

/**
 * Writes a study of `resumed-studies.ts` into a folder, with more trials, which take some time. It is one file, so that a
 * start is short.
 */
async function writeStudy(folder: string, kind: string): Promise<string> {
  const file = 'study.mjs';
  const contents = `
import { defineStudy, space } from '../../src/index.ts';
import { RESUMED } from './resumed-studies.ts';
const { options, trials, stopWhen, objective } = RESUMED[${JSON.stringify(kind)}];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const slow = (trial) => new Proxy(trial, {
  get(target, key) {
    const value = Reflect.get(target, key, target);
    if (typeof value !== 'function') return value;
    return key === 'rng' ? value.bind(target) : async (...given) => { await sleep(60); return value.apply(target, given); };
  },
});
export default defineStudy({
  space: space({}), ...options, name: ${JSON.stringify(kind)}, trials: Math.max(4 * trials, 40),
  ...(stopWhen && { stopWhen: { ...stopWhen, trialsWithoutGain: 12 * stopWhen.trialsWithoutGain } }),
  async objective({ trial, params }) {
    await sleep(150);
    return objective({ trial: slow(trial), params });
  },
});
`;
  await build({
    stdin: { contents, resolveDir: SUPPORT, loader: 'ts' },
    outfile: join(folder, file),
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'hpo',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/src\// }, () => ({ path: HPO_MODULE, external: true, sideEffects: false })),
      },
    ],
  });
  return file;
}

async function contentIn(folder: string, kind: string) {
  const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
  try {
    return await contentOf(kind, storage);
  } finally {
    await storage.close();
  }
}

const run = (folder: string, file: string) => new HpoProcess(folder, ['run', file, '--workers', '1', '--no-retrain']);

it.each(Object.keys(RESUMED))(
  `a study (%s) killed ${KILLS} times is the one that never stopped`,
  { timeout: 3_600_000 },
  async (kind) => {
    const [whole, broken] = [tempFolder(), tempFolder()];
    expect((await run(whole, await writeStudy(whole, kind)).ended).code).toBe(0);
    const file = await writeStudy(broken, kind);
    const rng = Rng.of(SWEEP_SEED, 0, kind);
    let [kills, starts] = [0, 0];
    while (kills < KILLS) {
      const child = run(broken, file);
      starts++;
      await child.waitFor('run-started');
      // Mostly in a later trial than the run began with: one that is killed again is run again after a pause.
      const finished = rng.uniform() < 0.25 ? 0 : 1 + rng.integer(2);
      const isOver = () => child.child.exitCode !== null || child.of('trial-finished').length >= finished;
      while (!isOver()) await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => setTimeout(done, rng.uniform(0, 500)));
      const isKilled = child.child.kill('SIGKILL');
      const { code } = await child.ended;
      if (code === 0) break; // it has all its trials already
      if (isKilled) kills++;
    }
    expect(kills).toBeGreaterThan(0);
    expect((await run(broken, file).ended).code).toBe(0);
    const [one, other] = [await contentIn(broken, kind), await contentIn(whole, kind)];
    addRow('exact resume: runs of one worker that are killed and go on', {
      study: kind,
      kills,
      starts,
      trials: other.trials.length,
      differences: JSON.stringify(one) === JSON.stringify(other) ? 0 : 1,
    });
    expect(one).toEqual(other);
  },
);
