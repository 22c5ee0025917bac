import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FrozenTrial, loadStudy } from '../../src/index.ts';
import { CHECKOUT, type Files, runHpo, runProgram, temporaryProject } from '../support/run-hpo.ts';

// The sampler and the pruner of docs/your-own-sampler.md, in a user's project.

/** The blocks of code of a page that begin with the name of their file, but for its tests. */
function filesOf(page: string): Files {
  const text = readFileSync(join(CHECKOUT, page), 'utf8');
  const blocks = text.matchAll(/^```ts\n(\/\/ (\S+(?<!\.test)\.ts)\n.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, code = '', name = '']) => [name, code]));
}

const files = filesOf('docs/your-own-sampler.md');

const study = `import { defineStudy, float, int, space, TrialPruned } from 'hpo';
import { oneAtATime } from './one-at-a-time.ts';
import { patience } from './patience.ts';

export default defineStudy({
  name: 'own',
  space: space({ x: float(-5, 5), y: float(-5, 5), n: int(1, 20) }),
  direction: 'maximize',
  sampler: oneAtATime(),
  pruner: patience(2),
  trials: 40,
  seed: 3,
  async objective({ trial, params: { x, y, n } }) {
    const value = -(x ** 2) - y ** 2 - n;
    for (let step = 0; step < 6; step++) {
      await trial.report(trial.number % 4 === 3 && step > 2 ? Number.NaN : value + step, step);
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return value;
  },
});
`;

const tsconfig = JSON.stringify({
  extends: join(CHECKOUT, 'tsconfig.json'),
  compilerOptions: {
    rootDir: '/',
    typeRoots: [join(CHECKOUT, 'node_modules/@types')],
    paths: { hpo: [join(CHECKOUT, 'src/index.ts')] }, // the package that tests install has no types; `test/packaging` has
  },
  include: ['*.ts'],
  exclude: [],
});

it('the documented sampler and pruner have the right types, and at most 30 lines each', async () => {
  expect(Object.keys(files)).toEqual(['one-at-a-time.ts', 'patience.ts']);
  for (const code of Object.values(files)) expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  const cwd = temporaryProject({ ...files, 'study.ts': study, 'tsconfig.json': tsconfig }, CHECKOUT);
  const checked = await runProgram(join(CHECKOUT, 'node_modules/.bin/tsc'), ['--noEmit'], { cwd });
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('the documented sampler and pruner pass the checks of hpo/testing, by the test runner of Node', async () => {
  const checks = `import { test } from 'node:test';
import { prunerChecks, samplerChecks } from 'hpo/testing';
import { oneAtATime } from './one-at-a-time.ts';
import { patience } from './patience.ts';

for (const { name, run } of samplerChecks({ make: oneAtATime })) test(name, run);
for (const { name, run } of prunerChecks({ make: () => patience(3) })) test(name, run);
`;
  const cwd = temporaryProject({ ...files, 'checks.test.ts': checks });
  const args = ['--import', import.meta.resolve('tsx'), '--test', '--test-reporter', 'tap', 'checks.test.ts'];
  const { code, stdout } = await runProgram(process.execPath, args, { cwd });
  expect(stdout.match(/^ *not ok .*$/gm) ?? []).toEqual([]);
  expect(code).toBe(0);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(12);
});

it('the documented sampler and pruner search', async () => {
  const cwd = temporaryProject({ ...files, 'study.ts': study });
  const run = await runHpo(['run', 'study.ts', '--workers', '1', '--no-dashboard'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const stored = await loadStudy({ name: 'own', storage: join(cwd, 'hpo.db') });
  const trials = await stored.trials();
  const best = await stored.bestTrial();
  await stored.close();
  expect(trials).toHaveLength(40);
  expect(best?.values?.[0]).toBeGreaterThan((trials[0] as FrozenTrial).values?.[0] ?? Infinity);
  for (const { number, state, params, systemAttrs } of trials) {
    expect([number, state]).toEqual([number, number % 4 === 3 ? 'PRUNED' : 'COMPLETE']);
    expect(systemAttrs['patience:waited']).toBe(state === 'PRUNED' ? 2 : 0);
    if (number === 0) continue;
    const { from, changed } = systemAttrs['one-at-a-time'] as { from: number; changed: string };
    const values = trials.slice(0, number).map((trial) => (trial.state === 'COMPLETE' ? trial.values?.[0] : undefined));
    expect(values[from]).toBe(Math.max(...values.flatMap((value) => value ?? [])));
    const others = Object.entries(params).filter(([name]) => name !== changed);
    expect(trials[from]?.params).toMatchObject(Object.fromEntries(others));
    expect(others).toHaveLength(2);
  }
});
