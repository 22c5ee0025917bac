import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';

// TypeScript and modules in a project of CommonJS, which has no top-level await, and no TypeScript in threads.

const STUDY = `import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { defineStudy, float, space, TrialPruned } from 'hpo';
import { offset } from './offset';
const base = await Promise.resolve(1);
export default defineStudy({
  name: 'awaited', trials: 2, seed: 1, space: space({ x: float(0, 1) }),
  async objective({ trial, log }) {
    await trial.report(base, 1);
    if (trial.number === 1) throw new TrialPruned();
    const [said] = await once(new Worker(new URL('./thread.ts', import.meta.url)), 'message');
    const [told] = await once(fork(new URL('./child.ts', import.meta.url)), 'message');
    const { late } = await import('./late');
    log(JSON.stringify([said, told, late]));
    return base + offset;
  },
});
`;

let project: string;

beforeAll(() => {
  project = temporaryProject({
    'package.json': '{ "type": "commonjs" }',
    'study.ts': STUDY,
    'offset.ts': "import { old } from './old';\nexport const offset: number = await Promise.resolve(old);\n",
    'old.ts': 'exports.old = 3 as number;\n',
    'late.ts': "export const late: string = await Promise.resolve('late');\n",
    'kinds.ts': 'export enum Kind { good = 4 }\n',
    'thread.ts': `import { parentPort } from 'node:worker_threads';
      import { float } from 'hpo';
      import { Kind } from './kinds';
      parentPort?.postMessage(['thread', Kind.good, typeof float]);`,
    'child.ts': `import { Kind } from './kinds';
      process.send?.(['child', Kind.good], () => process.disconnect());`,
    'common.cts': STUDY,
    'importer.ts': "import './awaits.cts';\n",
    'awaits.cts': 'export const value = await Promise.resolve(1);\n',
  });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('a project of CommonJS', () => {
  it('has studies that await at their top level, and start threads and processes in TypeScript', async () => {
    const run = new HpoProcess(project, ['run', 'study.ts', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const finished = run.of('trial-finished').map(({ state, values, failure }) => failure ?? [state, values]);
    expect(finished).toEqual([
      ['COMPLETE', [4]],
      ['PRUNED', [1]],
    ]);
    expect(run.of('log').map(({ text }) => JSON.parse(text))).toEqual([
      [['thread', 4, 'function'], ['child', 4], 'late'],
    ]);
  });

  it.concurrent.for([
    ['common.cts', 'common.cts:6:13'],
    ['importer.ts', 'awaits.cts:1:21'],
  ] as const)('has %s refused, whose name says that it is CommonJS', async ([file, place], { expect }) => {
    const mend = 'name the file .mts, or move the await into a function';
    expect(await runHpo(['best', file], { cwd: project })).toEqual({
      code: 2,
      stdout: '',
      stderr: `hpo: ${place}: there is no top-level await in CommonJS; ${mend}.\n`,
    });
  });
});
