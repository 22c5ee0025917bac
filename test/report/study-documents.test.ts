import { rmSync } from 'node:fs';
import { createStudy, float, random, space } from 'hpo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLOT_KINDS } from '../../src/study/plot-kinds.ts';
import { runNode, temporaryProject } from '../support/run-hpo.ts';

let study: Awaited<ReturnType<typeof newStudy>>;

function newStudy() {
  const both = space({ x: float(0, 1), y: float(0, 1) });
  return createStudy({ name: 'both', space: both, storage: 'memory:', sampler: random(), seed: 2 });
}

beforeAll(async () => {
  study = await newStudy();
  await study.optimize(
    async ({ params, trial }) => {
      await trial.report(params.x + 1, 1, { accuracy: params.y });
      await trial.report(params.x, 2, { accuracy: params.y });
      return params.x;
    },
    { trials: 12 },
  );
});
afterAll(() => study.close());

it('study.plot() draws every kind that the study has the data for, and says what the others lack', async () => {
  const lacking: string[] = [];
  for (const kind of PLOT_KINDS) {
    const svg = await study.plot(kind).catch(({ code, message }: { code: string; message: string }) => {
      expect(code).toBe('HPO_NOTHING_TO_SHOW');
      lacking.push(message);
      return undefined;
    });
    if (svg !== undefined) expect(svg).toMatch(/^<svg [^>]*width="900"(.|\n)*<\/svg>\n$/);
  }
  expect(lacking).toMatchInlineSnapshot(`
    [
      "There is no pareto-front of the study 'both' to draw. It takes several objectives.",
      "There is no confusion-matrix of the study 'both' to draw. No retraining has written a confusion matrix.",
      "There is no training-curves of the study 'both' to draw. There is no retraining with a history.csv that has columns such as trainLoss and validationLoss.",
      "There is no t-sne of the study 'both' to draw. No retraining has laid out the features of its images (saveInsight).",
    ]
  `);
});

it('study.plot() takes the options of hpo plot, and a theme', async () => {
  const svg = await study.plot('slice', { width: 400, height: 300, params: ['y'], theme: 'dark' });
  expect(svg).toMatch(/^<svg [^>]*width="400" height="300"/);
  expect(svg).toContain('#161b25');
  expect(svg).toMatch(/>y</);
  expect(svg).not.toMatch(/>x</);
  expect(await study.plot('intermediate-values', { metric: 'accuracy' })).toContain('accuracy');
});

it('study.report() is a page with the data of the study', async () => {
  const html = await study.report({ images: false });
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toMatch(/<title>both · hpo<\/title>/);
});

it.each([
  [{ kind: 'pie', options: {} }, /^plot\(\): `kind` is "pie"; give .*history/],
  [{ kind: 'slice', options: { width: 10 } }, 'plot(): `width` is 10; give a whole number from 200 to 4000.'],
  [{ kind: 'slice', options: { direction: 1 } }, /^plot\(\): `direction` is 1; give /],
  [{ kind: 'slice', options: { params: ['z'] } }, 'plot(): `params` is an array; give a list of x, y.'],
  [
    { kind: 'intermediate-values', options: { metric: 'loss' } },
    "plot(): the study 'both' has no metric 'loss'; it has accuracy.",
  ],
  [{ kind: 'slice', options: { colour: 'red' } }, /^plot\(\): there is no `colour`; there are width, /],
])('refuses %j in one line', async ({ kind, options }, message) => {
  const refused = await study.plot(kind as 'slice', options as object).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'HPO_INVALID_ARGUMENT',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

it('refuses a report of a study without a finished trial', async () => {
  const empty = await createStudy({ name: 'empty', storage: 'memory:' });
  await expect(empty.report()).rejects.toMatchObject({ code: 'HPO_NOTHING_TO_SHOW' });
  await empty.close();
});

const SEARCH = `
  const study = await createStudy({ name: 'cjs', space: space({ x: float(0, 1) }), storage: 'memory:' });
  await study.optimize(({ params }) => params.x, { trials: 3 });`;

it('a CommonJS notebook shows a study by the installed package', async () => {
  const cwd = temporaryProject({ 'package.json': '{}' });
  const program = `
    const { createStudy, float, space } = require('hpo');
    (async () => {
      ${SEARCH}
      console.log((await study.plot('history')).slice(0, 4), (await study.report()).slice(0, 15));
    })();`;
  const { stdout } = await runNode(['-e', program], { cwd });
  expect(stdout).toBe('<svg <!doctype html>\n');
  rmSync(cwd, { recursive: true });
});

it('charts are loaded by the first picture, and the compiler of the page never', async () => {
  const cwd = temporaryProject();
  const program = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (specifier, context, next) => {
      if (specifier === 'esbuild') throw new Error('it was loaded: esbuild');
      return next(specifier, context);
    };
    export const load = async (url, context, next) => {
      const loaded = await next(url, context);
      if (String(loaded.source).includes('registerPainter')) throw new Error('it was loaded: ECharts');
      return loaded;
    };\`));
    const { createStudy, float, space } = await import('hpo');
    ${SEARCH}
    console.log((await study.report()).slice(0, 15));
    console.log(await study.plot('history').catch(({ message }) => message));`;
  const { stdout } = await runNode(['--input-type=module', '-e', program], { cwd });
  expect(stdout).toBe('<!doctype html>\nit was loaded: ECharts\n');
  rmSync(cwd, { recursive: true });
});
