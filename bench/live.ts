import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStudy, random } from 'hpo';
import { LiveFeed, LiveServer, WatchedStorage } from '../src/live/index.ts';
import { pageScript } from '../src/report/page-script.ts';
import { startBrowser } from '../test/support/browser.ts';
import { storeTrials } from './scale/stored-trials.ts';
import study from './scale/study.ts';

// The frames of the live page of 10,000 trials while its table and the page are scrolled, and trials come all the time.
// Needs a Chromium. Run: npm run bench:live

const COUNT = 10_000;

/** Scrolls an element for five seconds, 60 pixels a frame, up and down. @returns the times between frames, in ms. */
const scrolled = (element: string) => `new Promise((resolve) => {
  const element = ${element};
  const begun = performance.now();
  const frames = [];
  let last = begun, by = 60;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const before = element.scrollTop;
    element.scrollTop += by;
    if (element.scrollTop === before) by = -by;
    if (now - begun < 5000) requestAnimationFrame(step);
    else resolve(frames.slice(1));
  };
  requestAnimationFrame(step);
})`;

const folder = mkdtempSync(join(tmpdir(), 'hpo-bench-'));
const file = join(folder, 'hpo.db');
await storeTrials(file, COUNT);
const { name, space } = study;
const open = await createStudy({ name, space, storage: file, ifExists: 'load', sampler: random() });
const server = await LiveServer.start(0, { script: await pageScript('live') });
server.show({ feed: new LiveFeed(new WatchedStorage(file)), storageLabel: file, study: name });
const browser = await startBrowser();
let isOver = false;
const coming = (async () => {
  while (!isOver) {
    const trial = await open.ask();
    await trial.report(1, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await open.tell(trial, Math.random());
  }
})();
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 1000 });
  const performance = await page.createCDPSession();
  await performance.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await performance.send('Performance.enable');
  /** The processor time that the page's own thread has taken, in milliseconds. */
  const taken = async () => {
    const { metrics } = await performance.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  await page.goto(server.url);
  await page.waitForSelector('.chart[aria-busy="false"] canvas');
  for (const [place, element] of [
    ['the table', `document.querySelector('.rows')`],
    ['the page', 'document.scrollingElement'],
  ] as const) {
    await page.evaluate(`document.querySelector('${place === 'the table' ? '#trials' : 'main'}').scrollIntoView()`);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const before = process.cpuUsage();
    const takenBefore = await taken();
    const frames = ((await page.evaluate(scrolled(element))) as number[]).toSorted((a, b) => a - b);
    const ofThread = ((await taken()) - takenBefore) / frames.length;
    const { user, system } = process.cpuUsage(before);
    const at = (share: number) => (frames[Math.floor(share * (frames.length - 1))] as number).toFixed(0);
    const figures = `median ${at(0.5)} ms, 99 % within ${at(0.99)} ms, the longest ${at(1)} ms`;
    console.log(`${COUNT} trials, scrolling ${place}: ${frames.length} frames, ${figures}`);
    console.log(`  the page's own thread took ${ofThread.toFixed(1)} ms of processor time a frame`);
    console.log(`  the server took ${((user + system) / 50_000).toFixed(1)} % of a core, with the trials that came`);
  }
} finally {
  isOver = true;
  await coming;
  await browser.close();
  await server.close();
  await open.close();
  rmSync(folder, { recursive: true });
}
