import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadStudy } from 'hpo';
import { beforeAll, describe, expect, it } from 'vitest';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';
import { HAS_SLURM, SlurmCluster } from '../support/slurm-cluster.ts';

/** A study whose trials take a while. */
const study = (name: string, seconds: number) => `import { defineStudy, float, random, space } from 'hpo';
export default defineStudy({
  name: '${name}',
  space: space({ x: float(-5, 5) }),
  sampler: random(),
  async objective({ params }) {
    await new Promise((done) => setTimeout(done, ${seconds * 1000}));
    return params.x ** 2;
  },
});
`;

describe.skipIf(!HAS_SLURM)('workers that hpo launch gives to Slurm (skipped without root and slurm-wlm)', () => {
  let cluster: SlurmCluster;
  let cwd: string;
  beforeAll(async () => {
    cluster = await SlurmCluster.start();
    cwd = temporaryProject({ 'short.ts': study('short', 0.5), 'long.ts': study('long', 20) });
  });

  const launch = async (file: string, ...args: string[]) => {
    const env = { ...cluster.env, HPO_STORAGE: `sqlite:///${join(cwd, 'hpo.db')}` };
    const { code, stdout, stderr } = await runHpo(['launch', file, '--on', 'slurm', ...args], { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return /as job (\d+)/.exec(stdout)?.[1] ?? '';
  };
  const trials = async (name: string) => {
    const opened = await loadStudy({ name, storage: join(cwd, 'hpo.db') }).catch(() => undefined);
    const all = (await opened?.trials()) ?? [];
    await opened?.close();
    return all.map(({ number, state }) => ({ number, state }));
  };
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await sleep(1000);
  };
  const logs = (name: string) => {
    const folder = join(cwd, 'runs', name, 'slurm');
    return readdirSync(folder).map((log) => readFileSync(join(folder, log), 'utf8'));
  };

  it('are requeued one by one when a limit of their own has ended them, and reach the target together', async () => {
    await launch('short.ts', '--workers', '3', '--trials', '12', '--max-trials', '3');
    await until(async () => (await cluster.jobs()).length === 0);
    expect((await trials('short')).map(({ state }) => state)).toEqual(Array(12).fill('COMPLETE'));
    expect(logs('short').join('')).not.toMatch(/Job is pending|trial \d+ +waiting/); // none has requeued another one
  });

  it('hand their trials back when they are cancelled, and are not requeued', async () => {
    const job = await launch('long.ts', '--workers', '1', '--trials', '2', '--concurrency', '1', '--grace', '0');
    await until(async () => (await trials('long')).some(({ state }) => state === 'RUNNING'));
    await cluster.read('scancel', job);
    await until(async () => (await cluster.jobs()).length === 0);
    expect(await trials('long')).toEqual([{ number: 0, state: 'WAITING' }]);
  });

  it('go on after a node is lost, whose trial is run on the other one', async () => {
    await launch('long.ts', '--workers', '2', '--cpus', '2', '--trials', '3', '--concurrency', '1');
    await until(async () => (await trials('long')).filter(({ state }) => state === 'RUNNING').length === 2);
    expect(await cluster.jobs()).toEqual(['1 RUNNING n1', '2 RUNNING n2']);
    cluster.killNode('n1');
    await until(async () => (await trials('long')).filter(({ state }) => state === 'COMPLETE').length === 3);
    await until(async () => (await cluster.jobs()).every((line) => line.startsWith('1 PENDING')));
    cluster.startNode('n1');
    await until(async () => (await cluster.jobs()).length === 0); // the requeued worker finds nothing left
    expect(await trials('long')).toEqual([0, 1, 2].map((number) => ({ number, state: 'COMPLETE' })));
  });
});
