import { join } from 'node:path';
import { createStudy, loadStudy, space } from 'hpo';
import { expect, it } from 'vitest';
import { temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const hpo = new WarmHpo();

const STUDY = `import { categorical, defineStudy, float, int, space, variant } from 'hpo';
export default defineStudy({
  name: 'tuning',
  space: space({ x: float(0, 10), c: categorical(['a', 1, true]), o: variant({ adam: { n: int(1, 3) }, sgd: {} }) }),
  seed: 1,
  trials: 3,
  enqueue: [{ x: 9 }],
  settings: { epochs: 9 },
  profiles: { quick: { epochs: 1 } },
  defaultProfile: { cpu: 'quick' },
  objective: ({ params }) => params.x,
});
`;

it('hpo enqueue makes a run begin with given parameters, and refuses those that the study does not have', async () => {
  const cwd = temporaryProject({ 'study.ts': STUDY });
  const enqueue = (...args: readonly string[]) => hpo.run(['enqueue', ...args], { cwd });
  const refused = (line: string) => ({ code: 2, stdout: '', stderr: `hpo: ${line}\n` });

  expect(await enqueue('study.ts', '--params', '{"x": 1, "o": {"kind": "adam"}}', '--set', 'c=1')).toEqual({
    code: 0,
    stdout: "Trial 1 of 'tuning' waits with x=1 o=adam c=1.\n", // trial 0 is of the study's own list
    stderr: '',
  });
  expect(await enqueue('tuning', '--set', 'c=true', '--set', 'o=adam', '--set', 'o.adam.n=2')).toMatchObject({
    stdout: "Trial 2 of 'tuning' waits with c=true o=adam o.adam.n=2.\n",
  });
  expect(await enqueue('tuning', '--set', 'x=20')).toEqual(
    refused('--set: `x` is 20, which is no value of float(0, 10).'),
  );
  expect(await enqueue('tuning', '--params', '{"o": {"kind": "sgd"}, "o.adam.n": 1}')).toEqual(
    refused('--params: `o.adam.n` is of another branch of `o` than "sgd".'),
  );
  expect(await enqueue('study.ts', '--params', '[1]')).toEqual(
    refused('--params takes a JSON object such as {"x": 3}, not [1].'),
  );
  expect(await enqueue('tuning')).toEqual(
    refused("No parameters to enqueue; give --set name=value or --params '{…}', or both."),
  );

  const run = await hpo.run(['run', 'study.ts', '--workers', '1'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/profile +quick \(the default on a CPU\)\n +settings +epochs=1\n/); // as of a new study
  const again = await hpo.run(['run', 'study.ts', '--workers', '1'], { cwd });
  expect(again.stdout).toMatch(/profile +quick \(kept with the study\)/);
  const study = await loadStudy({ name: 'tuning', storage: join(cwd, 'hpo.db') });
  const trials = await study.trials();
  expect(trials.map(({ params }) => params)).toEqual([
    expect.objectContaining({ x: 9 }),
    { x: 1, c: 1, o: 'adam', 'o.adam.n': expect.any(Number) },
    { x: expect.any(Number), c: true, o: 'adam', 'o.adam.n': 2 },
  ]);
  await study.close();
});

it('hpo enqueue knows the parameters of a study given by its name from its trials', async () => {
  const cwd = temporaryProject();
  const study = await createStudy({ name: 'asked', storage: join(cwd, 'hpo.db'), space: space({}) });
  const enqueue = (...args: readonly string[]) => hpo.run(['enqueue', 'asked', ...args], { cwd });
  expect(await enqueue('--set', 'lr=0.5', '--set', 'kind=adam')).toMatchObject({
    code: 0,
    stdout: "Trial 0 of 'asked' waits with lr=0.5 kind=adam.\n",
  });
  await study.optimize(({ trial }) => trial.suggestFloat('lr', 0, 1), { trials: 1 });
  await study.close();
  expect(await enqueue('--set', 'lr=2')).toMatchObject({
    code: 2,
    stderr: 'hpo: --set: `lr` is 2, which is no value of float(0, 1).\n',
  });
  expect(await enqueue('--set', 'rl=0.5')).toMatchObject({
    code: 2,
    stderr: 'hpo: --set: `rl` is no parameter of the space; it has lr; did you mean `lr`?\n',
  });
  expect(await enqueue('--set', 'lr=0.5', '--skip-if-exists')).toMatchObject({
    stdout: "Trial 1 of 'asked' waits with lr=0.5.\n",
  });
  expect(await enqueue('--set', 'lr=0.5', '--skip-if-exists')).toMatchObject({
    stdout: "'asked' has a trial with lr=0.5 already; none was enqueued.\n",
  });
});
