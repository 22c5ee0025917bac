import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Rng } from '../../src/index.ts';
import { openStorage } from '../../src/storage/index.ts';
import { HpoProcess } from '../runner/hpo-process.ts';
import { contentOf, RESUMED } from '../support/resumed-studies.ts';
import { tempFolder } from '../support/temp-folder.ts';

// Runs with one worker, whose parent is killed at random moments and started again, until the study has all its trials.

const STUDIES = fileURLToPath(new URL('../support/resumed-studies.ts', import.meta.url));
const HPO = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const KILLS = 20;
const SEED = 14;

/** Writes a study of `resumed-studies.ts` into a folder, its trials and their reports slowed down. */
function writeStudy(folder: string, kind: string): string {
  const file = 'study.ts';
  const name = JSON.stringify(kind);
  writeFileSync(
    join(folder, file),
    `import { defineStudy, space } from ${JSON.stringify(HPO)};
import { RESUMED } from ${JSON.stringify(STUDIES)};
const { options, trials, stopWhen, objective } = RESUMED[${name}];
const pause = () => new Promise((done) => setTimeout(done, 60));
const slow = (trial) => new Proxy(trial, {
  get(target, key) {
    const value = Reflect.get(target, key, target);
    if (typeof value !== 'function') return value;
    return key === 'rng' ? value.bind(target) : async (...given) => { await pause(); return value.apply(target, given); };
  },
});
export default defineStudy({
  space: space({}), ...options, name: ${name}, trials: 4 * trials, ...(stopWhen && { stopWhen }),
  objective: ({ trial, params }) => objective({ trial: slow(trial), params }),
});
`,
  );
  return file;
}

async function contentIn(folder: string, kind: string): Promise<unknown> {
  const storage = await openStorage(join(folder, 'hpo.db'), { create: false });
  try {
    return await contentOf(kind, storage);
  } finally {
    await storage.close();
  }
}

const run = (folder: string, file: string) => new HpoProcess(folder, ['run', file, '--workers', '1', '--no-retrain']);

it.each(Object.keys(RESUMED))(`a study (%s) killed ${KILLS} times is the one that never stopped`, async (kind) => {
  const [whole, broken] = [tempFolder(), tempFolder()];
  expect((await run(whole, writeStudy(whole, kind)).ended).code).toBe(0);
  const file = writeStudy(broken, kind);
  const rng = Rng.of(SEED, 0, kind);
  let kills = 0;
  while (kills < KILLS) {
    const child = run(broken, file);
    await child.waitFor('run-started');
    const { events } = child;
    const until = events.length + rng.integer(3); // some of the run's trials, then some moment of the next one
    const isOver = () => child.child.exitCode !== null || events.length > until;
    while (!isOver()) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, rng.uniform(0, 400)));
    const isKilled = child.child.kill('SIGKILL');
    const { code } = await child.ended;
    if (code === 0) break; // it has all its trials already
    if (isKilled) kills++;
  }
  expect(kills).toBeGreaterThan(0);
  expect((await run(broken, file).ended).code).toBe(0);
  expect(await contentIn(broken, kind)).toEqual(await contentIn(whole, kind));
  console.log(`exact resume, ${kind}: ${kills} kills, no difference`);
});
