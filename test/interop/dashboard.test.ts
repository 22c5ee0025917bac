import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadStudy } from 'hpo';
import { expect, it } from 'vitest';
import { LiveFeed, LiveServer, WatchedStorage } from '../../src/live/index.ts';
import { expectSane, terminalInFolder } from '../support/dashboard-terminal.ts';
import { until } from '../support/hpo-process.ts';
import { ask, LiveReader } from '../support/live-client.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { writeFiles } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { hasTmux } from '../support/terminal.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';

describeWithOptuna('a study that Optuna runs', () => {
  it.skipIf(!hasTmux())('is watched by `hpo dashboard`, and no trial of it fails for that', async () => {
    const { cwd, terminal } = terminalInFolder();
    const database = join(cwd, 'optuna.db');
    const running = runPython('run_study.py', `sqlite:///${database}`, join(cwd, 'enough'));
    terminal.press('until hpo studies --storage optuna.db 2>/dev/null; do sleep 1; done', 'Enter');
    await terminal.until(/tuning/);
    for (let times = 0; times < 3; times++) {
      terminal.press('clear; hpo dashboard tuning --storage optuna.db', 'Enter');
      await terminal.until(/watching; runs elsewhere(.|\n)*maximize(.|\n)*▶ trial/);
      terminal.press('2');
      await terminal.until(/^[› ] +\d+ +● complete +[\d.]+ .*(adam|sgd)$/m);
      terminal.press('q');
      await expectSane(terminal);
    }
    writeFiles(cwd, { enough: '' });
    const trials = await running;
    const study = await loadStudy({ name: 'tuning', storage: database });
    const states = (await study.trials()).map(({ state }) => state);
    await study.close();
    expect(states).toHaveLength(Number(trials));
    expect(states.filter((state) => state !== 'COMPLETE' && state !== 'PRUNED')).toEqual([]);
    const db = openSqlite(database, { readonly: true });
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    db.close();
  });

  it('is watched on the live page, whose notes stand where its own dashboard has them', async () => {
    const cwd = tempFolder();
    const database = join(cwd, 'optuna.db');
    const running = runPython('run_study.py', `sqlite:///${database}`, join(cwd, 'enough'));
    await until(() => existsSync(database), 'Optuna has made its file');
    const server = await LiveServer.start(0, { script: '' });
    server.show({ feed: new LiveFeed(new WatchedStorage(database)), storageLabel: database });
    const list = await LiveReader.open(server.url);
    await list.until('studies', ({ studies }) => studies.some(({ counts }) => counts.COMPLETE > 0));
    list.close();
    const reader = await LiveReader.open(server.url, 'tuning');
    const { data } = await reader.until('study');
    const { trials } = await reader.until('changes', (message) => message.trials.some(isNew(data.trials.length)));
    expect(trials.map(({ number }) => number)).toContain(data.trials.length);
    const token = new URL(server.url).searchParams.get('token') ?? '';
    for (const note of [
      { trial: null, body: `${'ü'.repeat(3000)}.` },
      { trial: 0, body: '# the first' },
    ]) {
      const body = JSON.stringify({ study: 'tuning', version: 1, ...note });
      const saved = await ask(server.url.replace('/?', '/note?'), {
        method: 'POST',
        headers: { 'x-hpo-token': token },
        body,
      });
      expect([saved.status, saved.body]).toEqual([204, '']);
    }
    writeFiles(cwd, { enough: '' });
    await running;
    reader.close();
    await server.close();
    expect(await runPython('read_notes.py', `sqlite:///${database}`, 'tuning')).toEqual({
      study: `${'ü'.repeat(3000)}.`,
      trial: '# the first',
    });
  });
});

/** Whether a trial comes after so many others. */
function isNew(count: number) {
  return ({ number }: { readonly number: number }) => number === count;
}
