import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStudy, float, random, space } from 'hpo';
import { describe, expect, it } from 'vitest';
import { SqliteStorage } from '../../src/storage/sqlite/sqlite-storage.ts';
import { expectSane, terminalInFolder } from '../support/dashboard-terminal.ts';
import { hasTmux } from '../support/terminal.ts';

const OPENINGS = 50;
const MINUTES = 10;

describe.skipIf(!hasTmux())('a study that is watched', () => {
  it(`fails no trial and never waits, while a dashboard is opened ${OPENINGS} times in ${MINUTES} minutes`, {
    timeout: 3 * MINUTES * 60_000,
  }, async () => {
    const { cwd, terminal } = terminalInFolder();
    const file = join(cwd, 'hpo.db');
    // A connection that never waits for a lock fails at the first one that another holds.
    const waiting = { limitMs: 0 };
    const storage = await SqliteStorage.open(file, { label: `sqlite:///${file}`, create: true, waiting });
    const study = await createStudy({ name: 'study', space: space({ x: float(-5, 5) }), storage, sampler: random() });
    const over = new AbortController();
    let longestMs = 0;
    const running = study.optimize(
      async ({ params, trial }) => {
        for (let step = 0; step < 3; step++) {
          await sleep(50);
          const askedAt = performance.now();
          await trial.report(params.x ** 2 + 3 - step, step);
          longestMs = Math.max(longestMs, performance.now() - askedAt);
        }
        return params.x ** 2;
      },
      { trials: Number.MAX_SAFE_INTEGER, concurrency: 4, signal: over.signal },
    );
    const startedAt = performance.now();
    for (let opening = 1; opening <= OPENINGS; opening++) {
      terminal.press('clear; hpo dashboard', 'Enter');
      await terminal.until(/watching; runs elsewhere(.|\n)*▶ trial/);
      for (const tab of ['2', '3', '4', '5', '1']) {
        terminal.press(tab);
        await sleep(300);
      }
      await sleep(startedAt + (opening * MINUTES * 60_000) / OPENINGS - performance.now());
      terminal.press('q');
      await expectSane(terminal);
    }
    over.abort();
    await running;
    const states = (await study.trials()).map(({ state }) => state);
    await study.close();
    await storage.close();
    console.log(`${states.length} trials; the longest report took ${longestMs.toFixed(0)} ms`);
    expect(new Set(states.filter((state) => state !== 'COMPLETE' && state !== 'PRUNED'))).toEqual(new Set());
  });
});
