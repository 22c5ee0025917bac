import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { float } from '../space/float-distribution.ts';
import { firstView } from './chart.ts';
import { history } from './charts/history.ts';
import { STUDY_CHARTS } from './charts/index.ts';
import { gatherReport } from './gather.ts';
import { LIGHT } from './palette.ts';
import { svgPicture } from './picture.ts';
import { pngOf } from './png.ts';

const evil = '</svg><script>alert("1")</script>';
const trials = [3, 1, 2].map((value, number) =>
  frozenTrial(number, { params: { x: value }, distributions: { x: float(0, 5) }, values: [value] }),
);
const stored = storedStudy(trials);
const data = gatherReport({ ...stored, record: { ...stored.record, name: evil } }, null, new Date(0));
const view = firstView(data, LIGHT, 400);

it('is a self-contained SVG with title, axes and points, in which texts are text', () => {
  const svg = svgPicture(history, data, view, 300);
  expect(svg.split('\n').slice(0, 3).join('\n')).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" viewBox="0 0 400 300">
    <rect width="100%" height="100%" fill="#ffffff"/>
    <text x="16" y="28" font-family="Inter, ui-sans-serif, system-ui, &#39;Segoe UI&#39;, Roboto, &#39;Helvetica Neue&#39;, Arial, sans-serif" font-size="15" font-weight="600" fill="#1c2330">Optimization history · &lt;/svg&gt;&lt;script&gt;alert(…</text>"
  `);
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(texts).toMatchInlineSnapshot(`
    [
      "Optimization history · &lt;/svg&gt;&lt;script&gt;alert(…",
      "value",
      "trial",
      "1",
      "1.5",
      "2",
      "2.5",
      "3",
      "0",
      "1",
      "2",
      "value",
      "best so far",
    ]
  `);
  expect(svg.match(new RegExp(`fill="${LIGHT.accent}"`, 'g'))?.length).toBeGreaterThanOrEqual(3);
  expect(svg).not.toContain('<script');
});

it('is a PNG whose text is in a bundled font', async () => {
  const texts = (characters: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-family="Nowhere, Inter">${characters}</text></svg>`;
  const image = decode(await pngOf(texts('trial'), 2));
  expect([image.width, image.height]).toEqual([120, 40]);
  const inked = async (of: string) => Array.from(decode(await pngOf(of, 2)).data).filter((value) => value > 0).length;
  expect(await inked(texts(''))).toBe(0);
  expect(await inked(texts('trial'))).toBeGreaterThan(100);
});

it.each([1.7e308, 1e155, 1e-200, 1e-320])('draws every chart of values of the size of %s', (size) => {
  const large = [1, -1, 0.5, -0.25, 0].map((part, number) =>
    frozenTrial(number, {
      params: { x: number, y: part },
      distributions: { x: float(0, 5), y: float(-1, 1) },
      values: [part * size],
      intermediateValues: new Map([
        [1, size],
        [2, part * size],
      ]),
    }),
  );
  const gathered = gatherReport(storedStudy(large), null, new Date(0));
  const drawn = STUDY_CHARTS.filter((chart) => chart.lacks(gathered, view) === undefined);
  expect(drawn.length).toBeGreaterThan(6);
  for (const chart of drawn) expect(svgPicture(chart, gathered, view, 300), chart.kind).not.toMatch(/NaN|Infinity/);
});
