import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage, type StudyRecord } from '../../src/storage/index.ts';
import { bundledProgram } from '../support/bundled-program.ts';

const PROGRAM = await bundledProgram('storage/storage-process.ts');

let folder: string;
let url: string;
let children: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-processes-'));
  url = `sqlite:///${join(folder, 'shared.db')}`;
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(task: 'create' | 'claim' | 'make', count: number, ...more: readonly string[]): ChildProcess {
  const child = fork(PROGRAM, [task, url, String(count), ...more], { execArgv: [] });
  children.push(child);
  return child;
}

async function numbersOf(child: ChildProcess): Promise<readonly number[]> {
  return (await answerOf(child)) as readonly number[];
}

/** The message that a process sends at its end. */
async function answerOf(child: ChildProcess): Promise<readonly unknown[]> {
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`The process exited with ${code} and reported nothing.`);
  });
  const [answer] = await Promise.race([once(child, 'message'), exit]);
  return answer as readonly unknown[];
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

describe('processes that share a database', () => {
  it('make it once and number their trials without gaps', async () => {
    const reported = await Promise.all(upTo(4).map(() => numbersOf(start('create', 50))));
    expect(ascending(reported.flat())).toEqual(upTo(200));

    const storage = await openStorage(url, { create: false });
    const studies = await storage.listStudies();
    expect(studies).toHaveLength(1);
    const { trials } = await storage.changesSince(studies[0] as StudyRecord);
    expect(trials.map(({ number, state, values }) => [number, state, values])).toEqual(
      upTo(200).map((n) => [n, 'COMPLETE', [n]]),
    );
    await storage.close();
    expect(await readdir(folder)).toEqual(['shared.db']);
  });

  it('make new files at the same moment, and a study in each of them once', async () => {
    const at = String(Date.now() + 2_000);
    const tokens = await Promise.all(upTo(4).map(() => answerOf(start('make', 20, at))));
    for (const each of tokens) expect(each).toEqual(tokens[0]);
    expect(new Set(tokens[0]).size).toBe(20);
  });

  it('start each trial once, and together the wanted number', async () => {
    const storage = await openStorage(url, { create: true });
    const study = await storage.createStudy({ name: 'shared', directions: ['minimize'] });
    for (const n of upTo(20)) await storage.createTrial(study, { state: 'WAITING', systemAttrs: { n } });
    const reported = await Promise.all(upTo(3).map(() => numbersOf(start('claim', 60))));
    expect(ascending(reported.flat())).toEqual(upTo(60));
    await storage.close();
  });

  it('may be killed at any point: stored data stay, and the others go on', async () => {
    const storage = await openStorage(url, { create: true });
    const study = await storage.createStudy({ name: 'shared', directions: ['minimize'] });
    const doomed = start('create', 1_000_000);
    const busy = async () => (await storage.changesSince(study)).trials.length >= 20;
    while (!(await busy())) await new Promise((resolve) => setTimeout(resolve, 5));
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');

    const { trials } = await storage.changesSince(study);
    expect(trials.map(({ number }) => number)).toEqual(upTo(trials.length));
    for (const { state, values, number } of trials.slice(0, -1)) {
      expect([state, values]).toEqual(['COMPLETE', [number]]);
    }
    expect((await storage.createTrial(study, { state: 'RUNNING' })).number).toBe(trials.length);
    await storage.close();
  });
});
