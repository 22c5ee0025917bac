import { expect, it } from 'vitest';
import { runHpo, temporaryProject } from '../support/run-hpo.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

describeWithOptuna("a run of what Optuna's enqueue_trial has added", () => {
  it('reports the values that cannot be taken, and marks them in the trials', async () => {
    const cwd = temporaryProject({
      'study.ts': `import { categorical, defineStudy, float, int, space } from 'hpo';
        export default defineStudy({
          name: 'study', seed: 1, objective: ({ params }) => params.x,
          space: space({ x: float(0, 10), n: int(0, 5), c: categorical(['a', 1, true]) }),
        });`,
    });
    const run = async (trials: number) => {
      const args = ['run', 'study.ts', '--trials', String(trials), '--workers', '1', '--no-retrain'];
      const { code, stdout } = await runHpo(args, { cwd });
      expect(code).toBe(0);
      return stdout.split('\n').flatMap((line) => /warning: (.+)/.exec(line)?.[1] ?? []);
    };
    await run(1);
    for (const params of ['{"x": 20.0, "n": 2.0}', '{"typo": 1}', '{"x": NaN, "c": "new"}', '{"c": 1}']) {
      await runPython('enqueue.py', `sqlite:///${cwd}/hpo.db`, 'study', params);
    }
    const warnings = await run(5);
    const [, one, two, three, four] = await storedTrials(cwd);
    const [range, choices] = ['is no value of float(0, 10)', 'is no value of categorical(["a",1,true])'];
    expect([one, two, three, four].map((trial) => trial?.systemAttrs['hpo:unused'])).toEqual([
      { x: { value: 20, why: range, drawn: one?.params.x } },
      { typo: { value: 1, why: 'is no parameter of the space' } },
      {
        x: { value: Number.NaN, why: range, drawn: three?.params.x },
        c: { value: 'new', why: choices, drawn: three?.params.c },
      },
      undefined,
    ]);
    expect([one?.params.n, four?.params.c]).toEqual([2, 1]);
    expect(warnings).toEqual([
      `trial 1 was enqueued with \`x\` = 20, which ${range}; ${one?.params.x} was chosen in its place`,
      'trial 2 was enqueued with `typo` = 1, which is no parameter of the space',
      `trial 3 was enqueued with \`x\` = NaN, which ${range}; ${three?.params.x} was chosen in its place`,
      `trial 3 was enqueued with \`c\` = "new", which ${choices}; ${JSON.stringify(three?.params.c)} was chosen in its place`,
    ]);
  });
});
