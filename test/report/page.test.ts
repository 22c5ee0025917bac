import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { categorical, createStudy, float, int, random, space, TrialPruned, variant } from 'hpo';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gatherReport, pageScript, reportPage } from '../../src/report/index.ts';
import { visible } from '../../src/text/foreign-text.ts';
import { describeInBrowser, drawAll, openFile, startBrowser } from '../support/browser.ts';
import { frozenTrial } from '../support/frozen-trial.ts';
import { runHpo, temporaryFolder, writeFiles } from '../support/run-hpo.ts';
import { storedStudy } from '../support/stored-study.ts';
import { HOSTILE_NAME, LONG, storeHostileStudy } from './hostile-study.ts';

describeInBrowser('the page of hpo report', () => {
  let cwd: string;
  let browser: Browser;

  beforeAll(async () => {
    cwd = temporaryFolder();
    await storeStudies(cwd);
    writeFiles(cwd, RETRAINING);
    writePictures(join(cwd, 'runs/one/retrain/insight'));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(cwd, { recursive: true });
  });

  async function report(study: string, storage = 'hpo.db', ...options: readonly string[]): Promise<string> {
    const file = join(cwd, `${storage}-${study.length}.html`);
    const written = await runHpo(['report', study, '--storage', storage, '-o', file, ...options], { cwd });
    expect(written).toEqual({ code: 0, stdout: `${file}\n`, stderr: '' });
    return file;
  }

  it('shows the study with all its charts, in light and in dark, and requests nothing', async () => {
    const file = await report('one');
    for (const scheme of ['light', 'dark'] as const) {
      const { page, trouble } = await openFile(browser, file, scheme);
      expect(await drawAll(page)).toEqual([
        ...['confusion-matrix', 'training-curves', 't-sne', 'history', 'intermediate-values', 'importance', 'edf'],
        ...['parallel-coordinates', 'contour', 'slice', 'timeline'],
      ]);
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(scheme);
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(scheme === 'light' ? 'rgb(244, 246, 249)' : 'rgb(14, 18, 26)');
      expect(trouble).toEqual({ said: [], requests: [] });
      await page.close();
    }
  });

  it("shows the retrained winner's images with their names as text, or leaves the pictures out", async () => {
    const { page, trouble } = await openFile(browser, await report('one'));
    await drawAll(page);
    const loaded =
      'Promise.all([...document.images].map((image) => image.decode())).then(() => document.images.length)';
    expect(await page.evaluate(loaded)).toBe(5);
    const texts = await page.evaluate(
      '[...document.querySelectorAll("figcaption, .samples td, #channels p")].map(({ textContent }) => textContent)',
    );
    expect(texts).toMatchInlineSnapshot(`
      [
        "<b>cat</b> → dog 88 %",
        "<b>cat</b>",
        "75.0 %",
        "",
        "dog",
        "75.0 %",
        "",
        "An image of each class, and below it each of its channels. Of bytes as 0 to 1, red: mean 0.500, deviation 0.250; green: mean 0.400, deviation 0.250; blue: mean 0.300, deviation 0.250.",
      ]
    `);
    await sweep(page, 't-sne');
    await page.click('#t-sne .chart');
    expect(await page.evaluate('document.querySelector("dialog[open]")')).toBeNull(); // a point is no trial
    expect(trouble).toEqual({ said: [], requests: [] });
    await page.close();
    const without = await openFile(browser, await report('one', 'hpo.db', '--no-images'));
    expect(await drawAll(without.page)).toContain('t-sne');
    expect(await without.page.evaluate('document.images.length')).toBe(0);
    await without.page.close();
  });

  it('names the selection of very many trials that it shows, and draws these', async () => {
    const trials = Array.from({ length: 20_002 }, (_, number) =>
      frozenTrial(number, {
        params: { x: number / 20_002, y: (number * 7) % 100 },
        distributions: { x: float(0, 1), y: int(0, 99) },
        values: [((number * 7919) % 20_002) + 1],
      }),
    );
    const file = join(cwd, 'many.html');
    writeFileSync(file, reportPage(gatherReport(storedStudy(trials), null, new Date()), await pageScript()));
    const { page, trouble } = await openFile(browser, file);
    expect(await page.$eval('#selection', (note) => (note as unknown as { textContent: string }).textContent)).toMatch(
      /^The charts and the table show 6,668 of 20,002 trials: one of every 3, the best, and those that improved/,
    );
    expect(await count(page)).toBe('6,668 trials');
    expect(await drawAll(page)).toContain('slice');
    expect(trouble).toEqual({ said: [], requests: [] });
    await page.close();
  });

  it('changes between light and dark, axes and parameters', async () => {
    const { page, trouble } = await openFile(browser, await report('one'));
    await drawAll(page);
    await page.click('button.theme');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.click('header.page input');
    await page.select('#contour select', 'layers');
    await drawAll(page);
    await page.select('#contour label:last-child select', 'optimizer.adam.beta1');
    await drawAll(page);
    expect(trouble).toEqual({ said: [], requests: [] });
    await page.close();
  });

  it('has a table to be searched, sorted and scrolled, with few rows in the page at a time', async () => {
    const { page } = await openFile(browser, await report('one'));
    const first = await rows(page);
    expect([first[0]?.[0], first.length < 50, await count(page)]).toEqual(['0', true, '60 trials']);
    await page.evaluate('document.querySelector(".rows").scrollTo(0, 1e6)');
    await page.waitForSelector('#trial-59');
    const last = await rows(page);
    expect([last.at(-1)?.[0], last.length < 50]).toEqual(['59', true]);
    await page.type('#trials input', 'pruned optimizer=sgd');
    const found = await rows(page);
    expect(await count(page)).toBe(`${found.length} of 60 trials`);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((row) => row[1] === 'pruned' && row.includes('sgd'))).toBe(true);
    await page.$eval('#trials input', (input) => {
      (input as { value: string }).value = '';
    });
    await page.type('#trials input', ' ');
    const sorted = async () => {
      await page.click('#trials th:nth-child(3) button');
      return (await rows(page)).map((row) => Number(row[2]));
    };
    const ascending = await sorted();
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
    const descending = await sorted();
    expect(descending).toEqual(descending.toSorted((a, b) => b - a));
    await page.click('#trials tbody tr');
    expect(await page.$eval('dialog h2', ({ textContent }) => textContent)).toMatch(/^Trial \d+$/);
    await page.close();
  });

  it('shows the front of several directions, and each of them by choice', async () => {
    const { page, trouble } = await openFile(browser, await report('two'));
    expect((await drawAll(page)).slice(0, 2)).toEqual(['history', 'pareto-front']);
    await page.select('header.page select', 'value 1');
    await drawAll(page);
    expect(trouble).toEqual({ said: [], requests: [] });
    await page.close();
  });

  it('shows hostile names and values as text, and runs none of them', async () => {
    await storeHostileStudy(join(cwd, 'hostile.db'));
    const { page, trouble } = await openFile(browser, await report(HOSTILE_NAME, 'hostile.db'));
    expect(await drawAll(page)).toHaveLength(8);
    expect(await page.$eval('h1', ({ textContent }) => textContent)).toBe(visible(HOSTILE_NAME));
    for (const kind of ['history', 'parallel-coordinates', 'contour', 'slice', 'timeline', 'intermediate-values']) {
      await sweep(page, kind);
    }
    const told = await page.evaluate(
      '[...document.querySelectorAll(".chart h4")].map(({ textContent }) => textContent)',
    );
    expect(told).toContainEqual(expect.stringMatching(/^trial \d+ · complete$/));
    await page.type('#trials input', 'longxxx');
    await page.click('#trials tbody tr');
    const shown = await page.evaluate('document.querySelector("dialog").textContent');
    expect(shown).toContain(LONG);
    expect(shown).toContain('<script>window.hacked = true</script>');
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(
      await page.evaluate('(() => { const found = []; for (const key in {}) found.push(key); return found; })()'),
    ).toEqual([]);
    expect(await page.evaluate('document.images.length')).toBe(0);
    expect(trouble).toEqual({ said: [], requests: [] });
    await page.close();
  });
});

/** The texts of the table's cells. */
function rows(page: Page): Promise<readonly (readonly string[])[]> {
  const cells =
    '[...document.querySelectorAll("#trials tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))';
  return page.evaluate(cells) as Promise<readonly (readonly string[])[]>;
}

function count(page: Page): Promise<string> {
  return page.evaluate('document.querySelector("#trials .count").textContent') as Promise<string>;
}

/** Moves the pointer all over a chart, so that its tooltips show. */
async function sweep(page: Page, kind: string): Promise<void> {
  const box = await (await page.$(`#${kind} .chart`))?.boundingBox();
  if (!box) throw new Error(`there is no chart ${kind}`);
  for (let at = 0; at < 60; at++) {
    await page.mouse.move(box.x + box.width * ((at % 20) / 20 + 0.03), box.y + box.height * (0.3 + 0.2 * (at / 20)));
  }
}

async function storeStudies(folder: string): Promise<void> {
  const common = { storage: join(folder, 'hpo.db'), sampler: random(), seed: 1 };
  const one = await createStudy({
    ...common,
    name: 'one',
    space: space({
      rate: float(1e-4, 1, { log: true }),
      layers: int(1, 4),
      norm: categorical(['batch', null, true, 'null']),
      optimizer: variant({ adam: { beta1: float(0.8, 0.99) }, sgd: { momentum: float(0, 1) } }),
    }),
  });
  await one.optimize(
    async ({ params, trial }) => {
      const value = Math.log10(params.rate) ** 2 + params.layers;
      if (trial.number % 15 === 14) throw new Error('no memory');
      await trial.report(trial.number === 3 ? Number.NaN : value + 2, 1);
      if (trial.number % 4 === 1) throw new TrialPruned();
      await trial.report(value + 1, 2);
      return trial.number === 8 ? Infinity : value;
    },
    { trials: 60 },
  );
  await one.close();
  const two = await createStudy({
    ...common,
    name: 'two',
    directions: ['minimize', 'maximize'],
    space: space({ x: float(0, 10), y: float(0, 1) }),
  });
  await two.optimize(({ params }) => [params.x, params.y - params.x], { trials: 30 });
  await two.close();
}

/** The pictures of the retraining's insight, and a file in place of one that is none. */
function writePictures(folder: string): void {
  const data = Uint8Array.from({ length: 192 }, (_, at) => at);
  for (const name of ['mistake-1', 'mistake-1-map', 'class-0', 'class-1', 'channels']) {
    writeFileSync(join(folder, `${name}.png`), encode({ width: 8, height: 8, channels: 3, data }));
  }
  writeFileSync(
    join(folder, 'mistake-2.png'),
    '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = true"/>',
  );
}

const RETRAINING = {
  'runs/one/retrain/metrics.json': JSON.stringify({
    configuration: { study: 'one', trial: 8, settings: { epochs: 2 } },
    elapsedMs: 5000,
    metrics: {
      accuracy: 0.75,
      perClass: ['<b>cat</b>', 'dog'].map((name) => ({ name, accuracy: 0.75, precision: 0.75, f1: 0.75, support: 4 })),
      confusion: [
        [3, 1],
        [1, 3],
      ],
    },
  }),
  'runs/one/retrain/insight/insight.json': JSON.stringify({
    version: 1,
    images: 8,
    classes: ['<b>cat</b>', 'dog'].map((name) => ({ name, images: 4, right: 3 })),
    layout: {
      layer: '<i>dense</i>',
      width: 64,
      kept: 0.5,
      points: Array.from({ length: 40 }, (_, at) => [Math.cos(at), Math.sin(at), at % 2, at % 3 === 0 ? 1 : 0]),
    },
    mistakes: {
      images: 2,
      shown: [
        { label: 0, predicted: 1, confidence: 0.876 },
        { label: 1, predicted: 0, confidence: 0.5 },
      ],
    },
    samples: [0, 1],
    channels: [0.5, 0.4, 0.3].map((mean) => ({ mean, deviation: 0.25 })),
  }),
  'runs/one/retrain/history.csv': 'epoch,trainLoss,validationLoss,seconds\n1,2,3,1\n2,1,2,1\n',
};
