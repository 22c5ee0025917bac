/**
 * One process of ours in bench/overhead/postgresql.ts: client.ts URL random|tpe. Says when it is ready, reads numbers of
 * seconds, runs trials for so long, and writes how many it has run and what they cost it: `{"trials":12,"cpuMs":40}`.
 */
import { createInterface } from 'node:readline';
import { random, tpe } from '../../src/index.ts';
import { openWorkload } from './workload.ts';

const [url = '', sampler = ''] = process.argv.slice(2);
const { study, run } = await openWorkload(url, sampler === 'tpe' ? tpe() : random());
console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  let trials = 0;
  await run(1e6, { timeoutMs: Number(line) * 1000, onTrial: () => trials++ });
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ trials, cpuMs: (user + system) / 1000 }));
}
await study.close();
