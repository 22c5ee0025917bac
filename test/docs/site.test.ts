import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, startBrowser } from '../support/browser.ts';
import { CHECKOUT, runProgram } from '../support/run-hpo.ts';

// The site as `npm run docs:build` makes it, which ends with an error where a link or an anchor leads nowhere.

const SITE = join(CHECKOUT, 'docs/.vitepress/dist');
const AXE = readFileSync(join(CHECKOUT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const PAGES = ['getting-started', 'from-optuna', 'samplers-and-pruners', 'cli', 'api/samplers'];
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

beforeAll(async () => {
  const built = await runProgram('npm', ['run', 'docs:build'], { cwd: CHECKOUT });
  if (built.code !== 0) throw new Error(`npm run docs:build ended with ${built.code}: ${built.stdout}${built.stderr}`);
}, 600_000);

it('lists every command and option', () => {
  const page = readFileSync(join(SITE, 'cli.html'), 'utf8');
  for (const text of ['hpo init', 'hpo completion', '--strict-code', '--no-retrain']) expect(page).toContain(text);
});

describeInBrowser('the site', () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    browser = await startBrowser();
    server = createServer(({ url = '/' }, answer) => {
      const file = join(SITE, new URL(url, 'http://site').pathname);
      try {
        const content = readFileSync(file);
        answer.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(content);
      } catch {
        answer.writeHead(404).end();
      }
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const open = async (name: string, width: number, scheme: string): Promise<Page> => {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}.html`);
    return page;
  };

  it.each(PAGES)('%s is accessible, light and dark, wide and narrow', async (name) => {
    for (const [width, scheme] of [
      [1440, 'light'],
      [390, 'dark'],
    ] as const) {
      const page = await open(name, width, scheme);
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100))}`);
      expect(found, `${width} ${scheme}`).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await page.close();
    }
  });

  it('is read and searched by the keyboard alone', async () => {
    const page = await open('getting-started', 1440, 'light');
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    await page.waitForFunction(`document.querySelector('.VPNavBarSearch button') !== null`);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('hpo');
    await page.keyboard.press('/');
    await page.waitForSelector('#localsearch-input:focus');
    await page.keyboard.type('HPO_LEASE_LOST');
    await page.waitForSelector('#localsearch-list .result.selected');
    await page.keyboard.press('Enter');
    await page.waitForFunction(`location.pathname === '/errors.html' && document.title.startsWith('Errors')`);
    await page.close();
  });
});
