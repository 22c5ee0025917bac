import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, random, space } from 'hpo';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// The command lines of `hpo report` and `hpo plot`; page.test.ts opens the files that they write.

let cwd: string;

beforeAll(async () => {
  cwd = temporaryFolder();
  const common = { storage: join(cwd, 'hpo.db'), sampler: random(), seed: 1 };
  const one = await createStudy({ ...common, name: 'one', space: space({ x: float(0, 1), y: float(0, 1) }) });
  await one.optimize(({ params: { x, y } }) => x + y, { trials: 20 });
  await one.close();
  const fresh = await createStudy({ ...common, name: 'fresh', space: space({ x: float(0, 1) }) });
  await fresh.ask();
  await fresh.close();
});
afterAll(() => rmSync(cwd, { recursive: true }));

const program = new WarmHpo();
const hpo = (...args: readonly string[]) => program.run(args, { cwd });

const head = (file: string) => readFileSync(join(cwd, file)).subarray(0, 8).toString('latin1');

const PNG = '\u0089PNG\r\n\u001a\n';

it('write into the folder of the study, and print the path', async () => {
  const written = await Promise.all([
    hpo('report', 'one'),
    hpo('plot', 'history', 'one'),
    hpo('plot', 'slice', 'one', '--format', 'png'),
  ]);
  expect(written).toEqual(
    ['report.html', 'history.svg', 'slice.png'].map((file) => ({
      code: 0,
      stdout: `${join('runs/one', file)}\n`,
      stderr: '',
    })),
  );
  expect(readdirSync(join(cwd, 'runs/one')).sort()).toEqual(['history.svg', 'report.html', 'slice.png']);
  expect(['report.html', 'history.svg', 'slice.png'].map((file) => head(join('runs/one', file)))).toEqual([
    '<!doctyp',
    '<svg xml',
    PNG,
  ]);
});

it('take the format from the name of the file, and the size and the parameters as they are given', async () => {
  writeFileSync(join(cwd, 'chart.png'), 'old');
  const size = ['--width', '640', '--height', '320'];
  await hpo('plot', 'contour', 'one', '--params', 'y,x', '-o', 'chart.png', ...size);
  const png = readFileSync(join(cwd, 'chart.png'));
  expect([head('chart.png'), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([PNG, 1280, 640]);
  await hpo('plot', 'contour', 'one', '--params', 'y,x', '-o', 'chart.svg', ...size);
  const svg = readFileSync(join(cwd, 'chart.svg'), 'utf8');
  expect(svg).toMatch(/^<svg [^>]*width="640" height="320".*<\/svg>\n$/s);
  const names = [...svg.matchAll(/<text [^>]*>([xy])<\/text>/g)].map(([, text]) => text);
  expect(names.sort()).toEqual(['x', 'y']);
});

it('name the problem where they fail, and leave no half of a file', async () => {
  mkdirSync(join(cwd, 'folder'));
  const before = readdirSync(cwd);
  const refusals = await Promise.all(
    [
      ['plot', 'pie', 'one'],
      ['plot', 'pareto-front', 'one'],
      ['plot', 'history', 'fresh'],
      ['plot', 'contour', 'one', '--params', 'x'],
      ['plot', 'history', 'one', '--params', 'z'],
      ['plot', 'history', 'one', '--direction', '1'],
      ['plot', 'history', 'one', '--width', '10'],
      ['plot', 'history', 'none'],
      ['plot', 'history', 'one', '-o', 'nowhere/chart.svg'],
      ['plot', 'history'],
      ['report', 'fresh'],
      ['report', 'one', '-o', 'folder'],
      ['report', 'none'],
    ].map((args) => hpo(...args)),
  );
  expect(refusals.map(({ code, stdout }) => ({ code, stdout }))).toEqual(refusals.map(() => ({ code: 2, stdout: '' })));
  expect(refusals.map(({ stderr }) => stderr).join('')).toMatchInlineSnapshot(`
    "hpo: <kind> of hpo plot takes one of history, pareto-front, intermediate-values, importance, edf, parallel-coordinates, contour, slice, timeline, confusion-matrix, training-curves, t-sne, not "pie".
    hpo: There is no pareto-front of the study 'one' to draw. It takes several objectives.
    hpo: There is no history of the study 'fresh' to draw. No trial is complete with a finite value yet.
    hpo: There is no contour of the study 'one' to draw. It takes two parameters.
    hpo: --params: the study 'one' has no parameter 'z'; it has x, y.
    hpo: --direction 1: the study 'one' has one direction, 0.
    hpo: --width is "10"; give a whole number from 200 to 4000.
    hpo: There is no study 'none' in sqlite:///hpo.db. It holds 'one', 'fresh'.
    hpo: --output nowhere/chart.svg cannot be written: there is no folder nowhere; make it first.
    hpo: There are several studies in sqlite:///hpo.db; name one of 'one', 'fresh'.
    hpo: The study 'fresh' in sqlite:///hpo.db has no finished trial among its 1 to report.
    hpo: --output folder cannot be written: it is a folder.
    hpo: There is no study 'none' in sqlite:///hpo.db. It holds 'one', 'fresh'.
    "
  `);
  expect(readdirSync(cwd)).toEqual(before);
});
