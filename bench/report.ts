import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '../src/base/rng.ts';
import { gatherReport, pageScript, reportPage } from '../src/report/index.ts';
import { openFile, startBrowser } from '../test/support/browser.ts';
import { frozenTrial } from '../test/support/frozen-trial.ts';
import { storedStudy } from '../test/support/stored-study.ts';
import { drawInternal } from './scale/stored-trials.ts';
import study from './scale/study.ts';

// The time to make a report of many trials, and to open it in a browser: six parameters and three reports a trial, a
// sixth of them pruned. Needs a Chromium. Run: npm run bench:report

const { distributions } = study.space;
const START = Date.UTC(2026, 0, 1);

function finished(number: number) {
  const rng = Rng.of(1, number, 'bench');
  const drawn = Object.entries(distributions).map(([name, distribution]) => {
    return [name, distribution.fromInternal(drawInternal(distribution, rng))] as const;
  });
  const params = Object.fromEntries(drawn) as Record<string, number> & { learningRate: number; dropout: number };
  const value = (Math.log10(params.learningRate) + 3) ** 2 / 3 + (params.dropout - 0.3) ** 2 + 0.1 * rng.normal();
  const isPruned = number % 6 === 5;
  const startedAt = START + number * 300;
  return frozenTrial(number, {
    state: isPruned ? 'PRUNED' : 'COMPLETE',
    params,
    distributions,
    values: isPruned ? null : [value],
    intermediateValues: new Map([1, 2, 3].map((step) => [step, value + 2 / step + 0.1 * rng.normal()])),
    startedAt: new Date(startedAt),
    completedAt: new Date(startedAt + 200 + rng.uniform(0, 900)),
  });
}

/** The time at which the first chart of a page is drawn, in milliseconds since the page was requested. */
const FIRST_CHART = `new Promise((resolve) => {
  const look = () => {
    const isDrawn = document.querySelector('.chart[aria-busy="false"]') !== null;
    requestAnimationFrame(isDrawn ? () => resolve(performance.now()) : look);
  };
  look();
})`;

const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
const browser = await startBrowser();
try {
  for (const count of [100, 1000, 10_000]) {
    const stored = storedStudy(Array.from({ length: count }, (_, number) => finished(number)));
    const file = join(folder, `${count}.html`);
    const madeMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      writeFileSync(file, reportPage(gatherReport(stored, null, new Date(START)), await pageScript()));
      madeMs.push(performance.now() - start);
    }
    const drawnMs: number[] = [];
    for (let round = 0; round < 5; round++) {
      const { page } = await openFile(browser, file);
      drawnMs.push((await page.evaluate(FIRST_CHART)) as number);
      await page.close();
    }
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    const made = `made in ${median(madeMs).toFixed(0)} ms, ${megabytes} MB`;
    console.log(`${count} trials: ${made}; its first chart is drawn after ${median(drawnMs).toFixed(0)} ms`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}
