import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, random, space, TrialPruned, variant } from 'hpo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Finished, temporaryFolder } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// `hpo trials`, `best` and `export` over a database with every kind of trial.

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  const storage = join(cwd, 'hpo.db');
  const one = await createStudy({
    name: 'one',
    storage,
    sampler: random(),
    seed: 1,
    space: space({ x: float(0, 10), optimizer: variant({ adam: { beta: float(0, 1) }, sgd: {} }) }),
  });
  for (const x of [5, 3, 8, 1]) await one.enqueue({ x, optimizer: { kind: 'adam', beta: 0.5 } });
  await one.enqueue({ x: 4, optimizer: { kind: 'sgd' } });
  await one.optimize(
    async ({ params, trial }) => {
      await trial.report(params.x * 2, 1);
      if (params.x === 3) await trial.report(4, 2);
      await trial.setUserAttr('note', `x=${params.x}, rounded`);
      if (params.x === 8) throw new TrialPruned();
      if (params.x === 1) throw new Error('no luck\nat all');
      return params.x;
    },
    { trials: 5 },
  );
  await one.enqueue({ x: 9 });
  await one.close();
  const two = await createStudy({
    name: 'two',
    storage,
    directions: ['minimize', 'maximize'],
    space: space({ x: float(0, 10) }),
  });
  for (const x of [5, 3, 8]) await two.enqueue({ x });
  await two.optimize(({ params: { x } }) => [Math.abs(x - 4), x === 3 ? 0 : x], { trials: 3 });
  await two.close();
});

afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();
const hpo = (...args: readonly string[]): Promise<Finished> => program.run(args, { cwd });

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await hpo(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('hpo trials', () => {
  it('sorts, filters, limits and picks columns', async () => {
    const [sorted, picked] = await Promise.all([
      printed('trials', 'one', '--sort', 'params.x', '--desc', '--columns', 'number,state,x', '--format', 'value'),
      printed(
        ...['trials', 'one', '--state', 'Complete, PRUNED', '--sort', 'value', '--limit', '2'],
        ...['--columns', 'trial,state,value,optimizer', '--format', 'table'],
      ),
    ]);
    expect(sorted).toMatchInlineSnapshot(`
      "2	PRUNED	8
      0	COMPLETE	5
      4	COMPLETE	4
      1	COMPLETE	3
      3	FAIL	1
      5	WAITING	
      "
    `);
    expect(picked).toMatchInlineSnapshot(`
      "trial  state     value  params.optimizer
      1      COMPLETE  3      adam
      4      COMPLETE  4      sgd
      "
    `);
  });

  it('shows why trials failed, their reports and their attributes', async () => {
    const [failed, reported] = await Promise.all([
      printed('trials', 'one', '--state', 'fail', '--columns', 'trial,error'),
      printed('trials', 'one', '--state', 'pruned', '--reports', '--format', 'yaml'),
    ]);
    expect(failed).toMatchInlineSnapshot(`
      "trial  error
      3      Error: no luck | at all
      "
    `);
    const [row] = parseYaml(reported);
    expect(row).toEqual({
      trial: 2,
      state: 'PRUNED',
      value: 16,
      seconds: expect.any(Number),
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
      params: { x: 8, optimizer: 'adam', 'optimizer.adam.beta': 0.5 },
      user: { note: 'x=8, rounded' },
      reports: { 1: 16 },
    });
  });

  it('gives the last lines of a failed trial’s worker', async () => {
    const storage = join(cwd, 'died.db');
    const study = await createStudy({ name: 'died', storage, space: space({ x: float(0, 1) }) });
    const failure = { name: 'WorkerDied', message: 'It said:\nno room', stderr: 'no room\nleft' };
    await study.tell(await study.ask(), 'FAIL', failure);
    await study.close();
    const told = await printed('trials', '--storage', storage, '--columns', 'trial,error,stderr', '--format', 'json');
    expect(JSON.parse(told)).toEqual([{ trial: 0, error: 'WorkerDied: It said:\nno room', stderr: 'no room\nleft' }]);
  });

  it.skipIf(!hasTmux())('draws curves, and on a terminal the best value so far', async () => {
    const terminal = new Terminal(cwd);
    try {
      terminal.press('clear; hpo trials one --columns trial,value,curve --state complete', 'Enter');
      await terminal.until(/best value so far.*\n.*\n.*\n.*\n.*\n\s*3 /);
      expect(terminal.screen()).toMatchInlineSnapshot(`
        "trial  value  curve
        0      5
        1      3      █▁
        4      4

        best value so far, by trial
        5 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
          ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
          ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
          ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
        3 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀"
      `);
    } finally {
      terminal.close();
    }
  });

  it('names the known values where one is unknown, and gives counts where nothing is left', async () => {
    const refusals = await Promise.all([
      hpo('trials', 'one', '--state', 'done'),
      hpo('trials', 'one', '--columns', 'trial,y'),
      hpo('trials', 'two', '--sort', 'value'),
      hpo('trials', 'one', '--state', 'running'),
    ]);
    expect(refusals.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      refusals.map(() => ({ code: 2, stdout: '' })),
    );
    expect(refusals.map(({ stderr }) => stderr).join('')).toMatchInlineSnapshot(`
      "hpo: --state takes complete, pruned, fail, running, waiting, with commas between them, not 'done'.
      hpo: --columns: there is no column 'y'; there are trial, state, value, curve, duration, started, machine, error, params.x, params.optimizer, params.optimizer.adam.beta, user.note, reports.<step>.
      hpo: --sort: there is no column 'value'; there are trial, state, values.0, values.1, duration, started, machine, error, params.x.
      hpo: No trial of the study 'one' is RUNNING; it has 3 COMPLETE, 1 PRUNED, 1 FAIL, 1 WAITING.
      "
    `);
  });
});

describe('several directions', () => {
  it('have a Pareto front as their best, and no single configuration to export', async () => {
    const [table, json, refused, exported] = await Promise.all([
      printed('best', 'two', '--format', 'table'),
      printed('best', 'two', '--format', 'json'),
      hpo('export', 'two'),
      printed('export', 'two', '--trial', '0'),
    ]);
    expect(table.replaceAll(/\d+ ms +/g, '0 ms      ')).toMatchInlineSnapshot(`
      "trial  state     values.0  values.1  duration  params.x
      0      COMPLETE  1         5         0 ms      5
      2      COMPLETE  4         8         0 ms      8
      "
    `);
    expect(JSON.parse(json)).toMatchObject([
      { study: 'two', trial: 0, values: [1, 5], params: { x: 5 } },
      { study: 'two', trial: 2, values: [4, 8], params: { x: 8 } },
    ]);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "hpo: The study 'two' has 2 directions and no single best trial; take one by --trial: 0, 2 (`hpo best` shows them).\n",
    });
    expect(JSON.parse(exported)).toEqual({ x: 5 });
  });
});

describe('hpo export', () => {
  it('gives a variant as objectives receive it, of a branch without parameters too', async () => {
    const [adam, sgd] = await Promise.all([
      printed('export', 'one', '--format', 'ts'),
      printed('export', 'one', '--trial', '4', '--format', 'json'),
    ]);
    expect(adam).toContain("readonly optimizer: {\n    readonly kind: 'adam';\n    readonly beta: number;\n  };");
    expect(JSON.parse(sgd)).toEqual({ x: 4, optimizer: { kind: 'sgd' } });
  });
});
