import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { createStudy, float, random, space } from 'hpo';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, startBrowser } from '../support/browser.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { LiveReader } from '../support/live-client.ts';
import { CHECKOUT, PROGRAM, temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { writeStudy } from '../support/written-study.ts';

const AXE = readFileSync(join(CHECKOUT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const SPACE = space({ x: float(0, 1), y: float(0, 1) });

/** `hpo dashboard --web` as a user starts it, from its first line on. */
async function dashboard(cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, 'dashboard', '--web', ...args], { cwd });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    child.on('close', (code) => reject(new Error(`It ended with ${code}`)));
  });
  return { url, child, ended };
}

let cwd: string;

beforeAll(() => {
  cwd = temporaryFolder();
});
afterAll(() => rmSync(cwd, { recursive: true }));

describeInBrowser('the live page', () => {
  let browser: Browser;
  let study: Awaited<ReturnType<typeof newStudy>>;
  let program: Awaited<ReturnType<typeof dashboard>>;

  const newStudy = () =>
    createStudy({ name: 'bowl', space: SPACE, storage: join(cwd, 'hpo.db'), sampler: random(), seed: 1 });

  const addTrial = async () => {
    const trial = await study.ask();
    await trial.report(trial.params.x + 1, 1);
    await study.tell(trial, trial.params.x);
    return trial.number;
  };

  beforeAll(async () => {
    browser = await startBrowser();
    study = await newStudy();
    for (let count = 0; count < 60; count++) await addTrial();
    program = await dashboard(cwd);
  });
  afterAll(async () => {
    program.child.kill('SIGKILL');
    await browser.close();
    await study.close();
  });

  async function open(scheme = 'light', width = 1280, url = program.url): Promise<{ page: Page; said: string[] }> {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      const own = ['127.0.0.1', ''].includes(new URL(request.url()).hostname);
      if (!own) said.push(request.url());
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(url);
    return { page, said };
  }

  /** Waits for a chart: those far below what is in sight are not drawn. */
  const drawn = async (page: Page) => {
    await page.waitForSelector('#history');
    await page.evaluate('document.querySelector("#history").scrollIntoView()');
    await page.waitForSelector('#history .chart[aria-busy="false"] canvas');
    await page.evaluate('scrollTo(0, 0)');
  };
  const text = (page: Page, selector: string) =>
    page.$eval(selector, ({ textContent }) => textContent) as Promise<string>;
  const shows = (page: Page, selector: string, words: string) =>
    page.waitForFunction(
      `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(words)})`,
    );

  it('shows trials and their reports as they come, and leaves the reader where he is', async () => {
    const { page, said } = await open();
    await drawn(page);
    expect(await text(page, '#trials tbody tr td')).toMatch(/59$/); // the newest first
    await page.type('#trials input', 'complete');
    await page.click('#trials th:nth-child(3) button');
    await page.evaluate('document.querySelector(".rows").scrollTop = 20 * 32');
    await page.evaluate('scrollTo(0, document.querySelector("#trials").offsetTop)');
    await page.focus('#trials table');
    const inSight = () =>
      page.evaluate(`(() => {
      const { top } = document.querySelector('.rows').getBoundingClientRect();
      const rows = [...document.querySelectorAll('#trials tbody tr')];
      const row = rows.find((row) => row.getBoundingClientRect().top >= top + 32);
      return [row.id, row.getBoundingClientRect().top, scrollY, document.activeElement.nodeName];
    })()`);
    const before = await inSight();
    const running = await study.ask();
    await running.report(7.25, 4);
    await shows(page, '#running', 'step 4');
    const told = await study.tell(running, -1); // the best one: it comes before those in sight
    await shows(page, '#trials .count', '61 of 61');
    expect(await inSight()).toEqual(before);
    await shows(page, '.tile', '-1');
    expect(await page.$('#running')).toBeNull();
    expect(await page.$eval('#trials input', (input) => (input as unknown as { value: string }).value)).toBe(
      'complete',
    );
    expect(told.trial.number).toBe(60);
    expect(said).toEqual([]);
    await page.close();
  });

  it('is used by the keyboard alone', async () => {
    const { page } = await open();
    await drawn(page);
    await page.focus('#trials table');
    const chosen = () => page.$eval('#trials table', (table) => table.getAttribute('aria-activedescendant'));
    const newest = await chosen();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp'] as const) await page.keyboard.press(key);
    expect(await chosen()).toBe(`trial-${Number(newest?.replace('trial-', '')) - 1}`);
    await page.keyboard.press('End');
    expect(await chosen()).toBe('trial-0');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    expect(await text(page, 'dialog h2')).toBe('Trial 0');
    const focus = () => page.evaluate('document.activeElement.textContent');
    while ((await focus()) !== 'Add a note') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('a good start');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focus()).toBe('Save the note');
    await page.keyboard.press('Enter');
    await shows(page, 'dialog .note', 'a good start');
    expect(await focus()).toBe('Change the note');
    await page.keyboard.press('Escape');
    await page.waitForFunction('document.querySelector("dialog") === null');
    expect(await page.evaluate('document.activeElement.nodeName')).toBe('TABLE');
    const [trial] = await study.trials();
    expect((await study.systemAttrs())[`dashboard:${trial?.id}:note_str:0`]).toBe('a good start');
    await page.close();
  });

  it('is accessible, light and dark, wide and narrow, with a trial open, and as a list of studies', async () => {
    const running = await study.ask();
    await running.report(2, 1);
    const check = async (page: Page, where: string) => {
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150))}`);
      expect(found, where).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), where).toBeLessThanOrEqual(0);
    };
    for (const [scheme, width] of [
      ['light', 1400],
      ['dark', 400],
    ] as const) {
      const { page } = await open(scheme, width);
      await page.waitForSelector('#running');
      await drawn(page);
      await check(page, `${scheme} ${width}`);
      await page.click('#running button');
      await check(page, `${scheme} ${width} with a trial`);
      await page.keyboard.press('Escape');
      await page.click('a.studies');
      await page.waitForSelector('#studies tbody tr');
      await check(page, `${scheme} ${width} studies`);
      await page.click('#studies tbody a');
      await drawn(page);
      await page.close();
    }
    await study.tell(running, 1);
  });

  it('says when hpo has ended, which Ctrl-C does at once, and shows nothing to a wrong token', async () => {
    const ended = await dashboard(cwd);
    const { page } = await open('light', 1280, ended.url);
    await drawn(page);
    const wrong = await page.evaluate(`fetch('/?token=wrong').then(async (r) => [r.status, await r.text()])`);
    expect(wrong).toEqual([403, expect.not.stringContaining('bowl')]);
    ended.child.kill('SIGINT');
    expect(await ended.ended).toBe(0);
    await shows(page, '.banner', 'hpo does not answer');
    expect(await text(page, '.live')).toBe('not live');
    await page.close();
  });

  it('steers a run of its own: prunes a trial, pauses, changes the target, stops', async () => {
    const folder = temporaryFolder();
    const held = `for (let step = 1; ; step++) {
      await trial.report(params.x, step);
      if (await trial.shouldPrune()) throw new TrialPruned();
      await sleep(20);
      if (existsSync('go')) return params.x;
    }`;
    writeStudy(folder, held, "pruner: { name: 'never', judge: () => false },");
    const run = new HpoProcess(folder, ['run', 'study.ts', '--workers', '1', '--web']);
    await run.waitFor('trial-reported');
    const url = /http:\S+/.exec(run.said)?.[0] ?? '';
    const { page, said } = await open('light', 1280, url);
    await page.waitForSelector('#running button');
    await page.click('#running button');
    await page.waitForSelector('dialog .own button:not([hidden])');
    await page.click('dialog .own button');
    await page.click('dialog.question button[value="yes"]');
    await run.waitFor('trial-finished', ({ trial, state }) => trial === 0 && state === 'PRUNED');
    await page.waitForFunction(`document.querySelector('dialog.trial .state').textContent === 'pruned'`);
    await page.keyboard.press('Escape');
    await page.click('.run button:first-child');
    await run.waitFor('paused');
    await shows(page, '.runstate', 'Paused');
    await page.click('.run button:first-child');
    await page.click('.run input', { count: 3 });
    await page.keyboard.type('5');
    await page.click('.run form button');
    await run.waitFor('target-changed', ({ target }) => target === 5);
    await shows(page, '.way', 'of 5 trials');
    await page.click('.run button:nth-child(2)');
    await page.click('dialog.question button[value="yes"]');
    await run.waitFor('stopping');
    await shows(page, '.runstate', 'Stopping when');
    writeFileSync(join(folder, 'go'), '');
    await shows(page, '.banner', 'The run has ended');
    expect((await run.ended).code).toBe(130);
    expect(said).toEqual([]);
    await page.close();
    rmSync(folder, { recursive: true });
  });
});

it('ends at once by Ctrl-C with pages open, and refuses bad input in one line', async () => {
  const folder = temporaryFolder();
  const study = await createStudy({ name: 'one', space: SPACE, storage: join(folder, 'hpo.db') });
  await study.close();
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => taken.on('listening', listening));
  const { port } = taken.address() as AddressInfo;
  const hpo = new WarmHpo();
  const refused = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await hpo.run(['dashboard', ...args], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('--web', '--port', String(port))).toBe(
    `hpo: --port ${port}: another program uses this port; give another one, or leave --port out for a free one.\n`,
  );
  expect(await refused('--web', '--port', 'http')).toBe(
    'hpo: --port is "http"; give a whole number from 1 to 65535.\n',
  );
  expect(await refused('--web', '--port', '70000')).toMatch(/^hpo: \S+ is "70000"; give a whole number from 1 to /);
  expect(await refused('--port', '8080')).toBe('hpo: --port 8080 is the port of the page in a browser; add --web.\n');
  expect(await refused('nothing', '--web')).toMatch(
    /^hpo: There is no study 'nothing' in sqlite:\/\/\/hpo\.db\. .*\n$/,
  );
  expect(await refused('--web', '--storage', 'none.db')).toMatch(/^hpo: There is no database at .*\n$/);
  taken.close();
  const { url, child, ended } = await dashboard(folder, 'one');
  const reader = await LiveReader.open(url, 'one');
  await reader.until('study');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  rmSync(folder, { recursive: true });
});
