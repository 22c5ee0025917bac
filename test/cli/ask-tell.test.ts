import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, loadStudy } from 'hpo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, runHpo, temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// `hpo ask` and `hpo tell`: first each a process of its own, as a program in another language would call them.

const STUDY = `import { defineStudy, float, random, space, variant } from 'hpo';

export default defineStudy({
  name: 'from-file',
  space: space({ optimizer: variant({ adam: { beta: float(0, 1) } }), x: float(-5, 5) }),
  sampler: random(),
  seed: 3,
  settings: { epochs: 2 },
  objective: ({ params }) => params.x ** 2,
});
`;

const SPACE = {
  lr: { name: 'FloatDistribution', attributes: { step: null, low: 1e-5, high: 0.1, log: true } },
  layers: { name: 'IntDistribution', attributes: { low: 1, high: 4 } },
  shape: { name: 'CategoricalDistribution', attributes: { choices: ['a', 'b'] } },
};

let cwd: string;
beforeAll(() => {
  cwd = temporaryProject({ 'study.ts': STUDY });
});
afterAll(() => rmSync(cwd, { recursive: true }));

type Hpo = (args: readonly string[]) => Promise<Finished>;

const ofItsOwn: Hpo = (args) => runHpo(args, { cwd });
const warm = new WarmHpo();
const inOneProcess: Hpo = (args) => warm.run(args, { cwd });

/** The ways in which a command that succeeds, and one that is refused, are looked at. */
const commands = (hpo: Hpo) => ({
  async printed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await hpo(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  },
  async refusal(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await hpo(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  },
});
const { printed, refusal } = commands(inOneProcess);

describe('a study given by its name', () => {
  it('is begun with a space, goes on without one, and takes results', async () => {
    const { printed, refusal } = commands(ofItsOwn);
    const storage = ['--storage', 'named.db'];
    const first = JSON.parse(
      await printed('ask', 'tuning', ...storage, '--space', JSON.stringify(SPACE), '--direction', 'maximize'),
    );
    expect(first).toEqual({
      trial: 0,
      params: {
        lr: expect.any(Number),
        layers: expect.any(Number),
        shape: expect.stringMatching(/^[ab]$/),
      },
    });
    const again = JSON.parse(await printed('ask', 'tuning', ...storage));
    expect(Object.keys(again.params)).toEqual(['lr', 'layers', 'shape']);
    const [number, ...values] = (await printed('ask', 'tuning', ...storage, '--format', 'value')).trim().split('\t');
    expect([number, values.length]).toEqual(['2', 3]);

    expect(await printed('tell', 'tuning', ...storage, '--trial', '0', '--value', '-0.5')).toBe(
      "Trial 0 of 'tuning' is COMPLETE with -0.5\n",
    );
    const [pruned, failed, finished, skipped, miscounted] = await Promise.all([
      printed('tell', 'tuning', ...storage, '--trial', '1', '--state', 'pruned'),
      printed('tell', 'tuning', ...storage, '--trial', '2', '--value', 'nan'),
      refusal('tell', 'tuning', ...storage, '--trial', '0', '--value', '1'),
      printed('tell', 'tuning', ...storage, '--trial', '0', '--value', '1', '--skip-if-finished'),
      refusal('tell', 'tuning', ...storage, '--trial', '0', '--value', '1', '--value', '2'),
    ]);
    expect([pruned, failed, finished, skipped, miscounted]).toMatchInlineSnapshot(`
      [
        "Trial 1 of 'tuning' is PRUNED
      ",
        "Trial 2 of 'tuning' is FAIL: The objective returned NaN; it must return a number.
      ",
        "hpo: Trial 0 is COMPLETE; only a RUNNING trial can be written to.
      ",
        "Trial 0 of 'tuning' is COMPLETE with -0.5 already; left as it is.
      ",
        "hpo: The study takes another number of values; give --value once.
      ",
      ]
    `);

    const study = await loadStudy({ name: 'tuning', storage: join(cwd, 'named.db') });
    expect(study.directions).toEqual(['maximize']);
    expect((await study.trials()).map(({ state, values }) => [state, values])).toEqual([
      ['COMPLETE', [-0.5]],
      ['PRUNED', null],
      ['FAIL', null],
    ]);
    await study.close();
  });

  it('takes constraints with a result', async () => {
    const storage = ['--storage', 'constrained.db'];
    await printed('ask', 'limited', ...storage, '--space', JSON.stringify(SPACE));
    const tell = ['tell', 'limited', ...storage, '--trial', '0', '--value', '1'];
    const refusals = await Promise.all([
      refusal(...tell, '--constraint', 'memory'),
      refusal(...tell, '--constraint', 'memory=much'),
      refusal(...tell, '--constraint', 'memory=nan'),
    ]);
    expect(refusals).toEqual([
      "hpo: --constraint takes name=value, not 'memory'.\n",
      "hpo: --constraint takes a number, inf or nan, not 'much'.\n",
      'hpo: study.setConstraint(): `memory` is NaN; give a number, 0 or below where it is met.\n',
    ]);
    expect(await printed(...tell, '--constraint', 'memory=-12', '--constraint', 'a=b=0.5')).toBe(
      "Trial 0 of 'limited' is COMPLETE with 1\n",
    );
    const study = await loadStudy({ name: 'limited', storage: join(cwd, 'constrained.db') });
    expect((await study.trials())[0]?.systemAttrs).toMatchObject({ 'constraints:memory': -12, 'constraints:a=b': 0.5 });
    await study.close();
  });

  it('that lacks a space, or gets one that does not fit, is refused and left as it is', async () => {
    const storage = ['--storage', 'refused.db'];
    const study = await createStudy({ name: 'bare', storage: join(cwd, 'refused.db') });
    const trial = await study.ask();
    await trial.suggestInt('layers', 1, 4);
    await study.tell(trial, 1);
    await createStudy({ name: 'empty', storage: join(cwd, 'refused.db') }).then((other) => other.close());
    const wrong = (space: unknown) => refusal('ask', 'bare', ...storage, '--space', JSON.stringify(space));
    const refusals = await Promise.all([
      refusal('ask', 'nowhere', ...storage),
      refusal('ask', 'empty', ...storage),
      wrong({ layers: SPACE.lr }),
      wrong({ x: { name: 'FloatDistribution', attributes: { low: 2, high: 1 } } }),
      wrong({ x: 3 }),
    ]);
    expect(refusals.join('')).toMatchInlineSnapshot(`
      "hpo: There is no study 'nowhere' in sqlite:///refused.db; give --space to begin it.
      hpo: The study 'empty' in sqlite:///refused.db has no trials yet whose parameters could be asked for; give --space.
      hpo: --space: of the parameter \`layers\`, it was int and is float now; start a new study or give the parameter another name.
      hpo: --space: \`x\`: float(2, 1): the lower bound is above the upper bound; swap them.
      hpo: --space: \`x\`: write {"x": {"name": "FloatDistribution", "attributes": {"low": 0, "high": 1}}}, with FloatDistribution, IntDistribution or CategoricalDistribution.
      "
    `);
    expect(await study.trials()).toHaveLength(1);
    await study.close();
  });
});

describe('a study file', () => {
  it('has the space; its trials have no owner, and no run takes them back', async () => {
    const asked = JSON.parse(await printed('ask', 'study.ts'));
    expect(asked).toEqual({
      trial: 0,
      params: { optimizer: { kind: 'adam', beta: expect.any(Number) }, x: expect.any(Number) },
    });
    await printed('run', 'study.ts', '--trials', '1', '--workers', '1');
    const study = await loadStudy({ name: 'from-file', storage: join(cwd, 'hpo.db') });
    expect(await study.recover()).toEqual([]);
    expect((await study.trials()).map(({ state }) => state)).toEqual(['RUNNING', 'COMPLETE']);
    await study.close();
    expect(await printed('tell', 'study.ts', '--trial', '0', '--value=-inf')).toBe(
      "Trial 0 of 'from-file' is COMPLETE with -Infinity\n",
    );
  });

  it('has a sampler and a space of its own', async () => {
    expect(await refusal('ask', 'study.ts', '--space', '{}')).toBe(
      'hpo: --space is for a study given by its name; study.ts has its own.\n',
    );
  });
});
