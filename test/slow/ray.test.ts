import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadStudy } from 'hpo';
import { beforeAll, describe, expect, it } from 'vitest';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';

/** The dashboard of a Ray cluster on this machine, such as `ray start --head` makes. */
const ADDRESS = process.env.HPO_RAY_ADDRESS ?? '';

const STUDY = `import { defineStudy, float, random, space } from 'hpo';
export default defineStudy({
  name: 'placed',
  space: space({ x: float(-5, 5) }),
  sampler: random(),
  settings: { seconds: 0.2 },
  async objective({ params, settings }) {
    await new Promise((done) => setTimeout(done, settings.seconds * 1000));
    return params.x ** 2;
  },
});
`;

/** Posts without the headers of `fetch`, by which Ray knows browsers. */
function post(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST' }, resolve).on('error', reject).end();
  });
}

describe.skipIf(ADDRESS === '')('workers that hpo launch gives to Ray (skipped without HPO_RAY_ADDRESS)', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = temporaryProject({ 'study.ts': STUDY });
  });

  /** Launches workers. @returns the names of their jobs. */
  const launch = async (database: string, workers: number, ...args: string[]) => {
    const words = ['launch', 'study.ts', '--on', 'ray', '--address', ADDRESS, '--workers', String(workers), ...args];
    const env = { HPO_STORAGE: `sqlite:///${join(cwd, database)}` };
    const { code, stdout, stderr } = await runHpo(words, { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, first = ''] = /workers? as (\S+)/.exec(stdout) ?? [];
    return Array.from({ length: workers }, (_, index) => first.replace(/\d+$/, String(index + 1)));
  };
  const statusOf = async (job: string): Promise<string> => {
    const answer = await fetch(`${ADDRESS}/api/jobs/${job}`);
    return ((await answer.json()) as { status: string }).status;
  };
  const endOf = async (job: string): Promise<string> => {
    for (;;) {
      const status = await statusOf(job);
      if (!/PENDING|RUNNING/.test(status)) return status;
      await sleep(1000);
    }
  };
  const states = async (database: string) => {
    const study = await loadStudy({ name: 'placed', storage: join(cwd, database) }).catch(() => undefined);
    const trials = (await study?.trials()) ?? [];
    await study?.close();
    return trials.map(({ state }) => state);
  };

  it('are started again by limits of their own, and succeed when the target is reached', async () => {
    const jobs = await launch('short.db', 2, '--trials', '9', '--max-trials', '3');
    expect(await Promise.all(jobs.map(endOf))).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await states('short.db')).toEqual(Array(9).fill('COMPLETE'));
  });

  it('hand their trials back when their job is stopped', async () => {
    const [job = ''] = await launch('long.db', 1, '--trials', '2', '--set', 'seconds=600', '--grace', '0');
    while ((await states('long.db'))[0] !== 'RUNNING') await sleep(1000);
    const stopped = await post(`${ADDRESS}/api/jobs/${job}/stop`);
    expect(stopped.statusCode).toBe(200);
    expect(await endOf(job)).toBe('STOPPED');
    expect(await states('long.db')).toEqual(['WAITING']);
  });

  it('fail where they find bad input', async () => {
    const [job = ''] = await launch('short.db', 1, '--set', 'seconds=7'); // another study than that of the first test
    expect(await endOf(job)).toBe('FAILED');
  });
});
