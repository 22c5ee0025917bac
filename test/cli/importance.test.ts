import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { categorical, createStudy, float, int, random, space, variant } from 'hpo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// `hpo importance` over a study with a variant, one with two directions, and one without parameters.

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  const common = { storage: join(cwd, 'hpo.db'), sampler: random(), seed: 1 };
  const one = await createStudy({
    ...common,
    name: 'one',
    space: space({
      rate: float(1e-4, 1, { log: true }),
      layers: int(1, 4),
      optimizer: variant({ adam: { beta: float(0, 1) }, sgd: {} }),
    }),
  });
  await one.optimize(
    ({ params }) =>
      Math.log10(params.rate) ** 2 +
      0.1 * params.layers +
      (params.optimizer.kind === 'adam' ? params.optimizer.beta : 0.2),
    { trials: 60 },
  );
  await one.close();
  const two = await createStudy({
    ...common,
    name: 'two',
    directions: ['minimize', 'maximize'],
    space: space({ x: float(0, 10), 'y, z': categorical([1, 2, 3]) }),
  });
  await two.optimize(({ params }) => [params.x, params['y, z']], { trials: 40 });
  await two.close();
  const none = await createStudy({ ...common, name: 'none' });
  await none.optimize(() => 1, { trials: 2 });
  await none.close();
});

afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();
const hpo = (...args: readonly string[]) => program.run(['importance', ...args], { cwd });

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await hpo(...args);
  expect({ code, stderr: stderr.replace(DOUBT, '') }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The note for users whose programs read the rows. */
const DOUBT = /^hpo: (40 complete trials are too few to rely on this; .*|Whether .* matters more is open: .*)\n/;

const shares = (json: string) =>
  JSON.parse(json) as readonly {
    readonly param: string;
    readonly importance: number;
    readonly low: number;
    readonly high: number;
  }[];

it('draws a bar for each parameter, the longest for the most important', async () => {
  expect(await printed('one')).toMatchInlineSnapshot(`
    "param                importance  interval     share
    rate                 0.754       0.232–1.000  ████████████████████████████████████████
    optimizer.adam.beta  0.172       0.000–0.738  █████████▏
    optimizer            0.055       0.001–0.109  ██▉
    layers               0.019       0.000–0.167  █

    Whether rate or optimizer.adam.beta matters more is open: their intervals overlap.
    "
  `);
});

it('writes shares that add up to 1 for programs, of the named parameters', async () => {
  const [all, named, text] = await Promise.all([
    printed('one', '--evaluator', 'fanova', '--format', 'json'),
    printed('two', '--params', 'y, z,x', '--format', 'json'),
    printed('one', '--params', 'layers', '--format', 'value'),
  ]);
  expect(shares(all).map(({ param }) => param)).toEqual(['rate', 'optimizer', 'layers']);
  expect(
    shares(named)
      .map(({ param }) => param)
      .sort(),
  ).toEqual(['x', 'y, z']);
  for (const each of [all, named]) {
    for (const { importance, low, high } of shares(each)) {
      expect([low, importance, high].toSorted((a, b) => a - b)).toEqual([low, importance, high]);
    }
    expect(shares(each).reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12);
  }
  expect(text).toBe('layers\t1\t1\t1\n');
});

it('explains one of several directions, minimised or maximised', async () => {
  const [first, second, byForest] = await Promise.all([
    printed('two', '--direction', '0', '--format', 'json'),
    printed('two', '--direction', '1', '--format', 'json'),
    printed('two', '--direction', '1', '--evaluator', 'fanova', '--format', 'json'),
  ]);
  expect([first, second, byForest].map((json) => shares(json)[0]?.param)).toEqual(['x', 'y, z', 'y, z']);
});

it('names the problem where it cannot be computed', async () => {
  const refusals = await Promise.all([
    hpo('two', '--evaluator', 'fanova'),
    hpo('two', '--direction', '2'),
    hpo('none'),
    hpo('one', '--evaluator', 'fanova', '--params', 'rate,depth'),
  ]);
  expect(refusals.map(({ code, stdout }) => ({ code, stdout }))).toEqual(refusals.map(() => ({ code: 2, stdout: '' })));
  expect(refusals.map(({ stderr }) => stderr).join('')).toMatchInlineSnapshot(`
    "hpo: fANOVA explains one direction; name it by \`target\`, or by --direction on the command line.
    hpo: --direction 2: the study 'two' has the directions 0 to 1.
    hpo: The study 'none' has no parameter that ped-anova takes; see \`hpo importance --help\`.
    hpo: --params: the study 'one' has no parameter 'depth'; it has rate, layers, optimizer, optimizer.adam.beta.
    "
  `);
});
