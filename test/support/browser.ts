import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { describe } from 'vitest';

const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The program of a Chromium: `HPO_CHROMIUM`, or the first that is found. */
const found = [process.env.HPO_CHROMIUM, ...PROGRAMS]
  .filter((program) => program !== undefined)
  .map((program) => spawnSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '');

/** Like `describe`, for tests in a browser; where there is none they are skipped, and their name says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  const why = `no Chromium; try: apt-get install chromium-headless-shell, or set HPO_CHROMIUM`;
  describe.skipIf(found === undefined)(found === undefined ? `${name} (skipped: ${why})` : name, tests);
}

/** Starts a headless browser, which its user closes. */
export function startBrowser(): Promise<Browser> {
  // Root, as in containers, cannot use Chromium's sandbox; the opened pages are our own.
  return launch({ executablePath: found as string, pipe: true, args: ['--no-sandbox'] });
}

/** The actions of a page that a self-contained one must not take. */
export interface Trouble {
  /** Its errors, and its output on the console. */
  readonly said: string[];
  /** Its requests other than for itself and for the PNG pictures that it holds. */
  readonly requests: string[];
}

/** Opens a file in a new page of 1280 × 900, and waits until the charts in sight are drawn. */
export async function openFile(
  browser: Browser,
  file: string,
  scheme: 'light' | 'dark' = 'light',
): Promise<{ readonly page: Page; readonly trouble: Trouble }> {
  const page = await browser.newPage();
  const trouble: Trouble = { said: [], requests: [] };
  const url = pathToFileURL(file).href;
  page.on('console', (message) => trouble.said.push(message.text()));
  page.on('pageerror', (error) => trouble.said.push(String(error)));
  page.on('request', (request) => {
    const requested = request.url();
    if (requested !== url && !requested.startsWith('data:image/png;base64,')) trouble.requests.push(requested);
  });
  await page.setViewport({ width: 1280, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  return { page, trouble };
}

/** Makes the page as high as its content, and waits until all its charts are drawn. @returns their kinds. */
export async function drawAll(page: Page): Promise<readonly string[]> {
  const height = await page.evaluate('document.body.scrollHeight');
  await page.setViewport({ width: 1280, height: height as number });
  await page.waitForFunction(`document.querySelectorAll('.chart[aria-busy="true"]:not([hidden])').length === 0`);
  const kinds = `[...document.querySelectorAll('section:has(> .chart > div > canvas)')].map(({ id }) => id)`;
  return (await page.evaluate(kinds)) as readonly string[];
}
