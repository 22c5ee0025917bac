import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HPO_MODULE } from './run-hpo.ts';

/** Writes a study file with this objective into a folder, and returns its name. */
export function writeStudy(folder: string, objective: string, more = ''): string {
  const file = 'study.ts';
  writeFileSync(
    join(folder, file),
    `import { existsSync } from 'node:fs';
import { categorical, cmaEs, defineStudy, float, grid, HpoError, nsga2, random, space, TrialPruned } from ${JSON.stringify(HPO_MODULE)};
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
export default defineStudy({
  name: 'study',
  space: space({ x: float(-5, 5), lr: float(1e-4, 1, { log: true }), shape: categorical(['a', 'b', 'c']) }),
  seed: 7,
  trials: 12,
  async objective({ trial, params, settings, signal, studySeed, log }) {
    ${objective}
  },
  ${more}
});
`,
  );
  return file;
}

/** An objective that takes some time, reports three times and can be pruned. */
export const SLOW = `
    const value = (params.x - 2) ** 2 + Math.log10(params.lr) ** 2;
    for (let step = 0; step < 3; step++) {
      await trial.report(value + 3 - step, step);
      if (await trial.shouldPrune()) throw new TrialPruned();
      await sleep(40);
    }
    return value;`;
