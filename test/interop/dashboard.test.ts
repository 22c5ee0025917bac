import { join } from 'node:path';
import { loadStudy } from 'hpo';
import { expect, it } from 'vitest';
import { expectSane, terminalInFolder } from '../support/dashboard-terminal.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import { writeFiles } from '../support/run-hpo.ts';
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
});
