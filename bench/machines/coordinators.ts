/**
 * Some coordinators of bench/machines.ts in one process: coordinators.ts URL COUNT MS. Says when they are ready, reads
 * the number of trials that the study is to have, and writes how many they have finished and the processor time that
 * took.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStudy, float, median, random, space } from '../../src/index.ts';

const [url = '', count = '1', trialMs = '1000'] = process.argv.slice(2);
const REPORTS = 3;

const studies = await Promise.all(
  Array.from({ length: Number(count) }, () =>
    createStudy({
      name: 'machines',
      space: space({ x: float(0, 1), y: float(0, 1), z: float(0, 1) }),
      storage: url,
      sampler: random(),
      pruner: median(),
      seed: 1,
      ifExists: 'load',
    }),
  ),
);
console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  let finished = 0;
  await Promise.all(
    studies.map(async (study, at) => {
      await sleep((at / studies.length) * Number(trialMs)); // machines do not start at one moment
      await study.optimize(
        async ({ trial, params }) => {
          for (let step = 0; step < REPORTS; step++) {
            await sleep((Number(trialMs) / REPORTS) * (0.8 + 0.4 * params.y));
            await trial.report(params.x, step);
            await trial.shouldPrune(); // called, not obeyed
          }
          return params.x;
        },
        { trials: Number(line), onTrial: () => finished++ },
      );
    }),
  );
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ finished, cpuMs: (user + system) / 1000 }));
}
for (const study of studies) await study.close();
