import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadStudy } from 'hpo';
import { onTestFinished } from 'vitest';
import { until } from './hpo-process.ts';
import { temporaryFolder } from './run-hpo.ts';
import { Terminal } from './terminal.ts';
import { SLOW, writeStudy } from './written-study.ts';

/** An empty folder, and a terminal of 80 columns and 24 rows in it, until the test is over. */
export function terminalInFolder(shell = 'sh'): { readonly cwd: string; readonly terminal: Terminal } {
  const cwd = temporaryFolder();
  const terminal = new Terminal(cwd, 80, 24, shell);
  onTestFinished(() => {
    if (terminal.isOpen) terminal.close();
    rmSync(cwd, { recursive: true, maxRetries: 5, retryDelay: 200 });
  });
  return { cwd, terminal };
}

/** A terminal as of {@link terminalInFolder}, with a study in the file `study.ts` that takes minutes. */
export function terminalWithStudy(): ReturnType<typeof terminalInFolder> {
  const made = terminalInFolder();
  writeStudy(made.cwd, SLOW.replaceAll('sleep(40)', 'sleep(300)'), 'trials: 400,');
  return made;
}

/** The states of the trials in `hpo.db`, by number. */
export async function statesIn(cwd: string): Promise<string[]> {
  const study = await loadStudy({ name: 'study', storage: join(cwd, 'hpo.db') });
  try {
    return (await study.trials()).map(({ state }) => state);
  } finally {
    await study.close();
  }
}

/** Waits for the ordinary screen with its cursor, where keys give signals, and types on it. */
export async function expectSane(terminal: Terminal): Promise<void> {
  const isBack = () =>
    terminal.ask('alternate_on', 'cursor_flag', 'wrap_flag') === '0 1 1' &&
    terminal.program() === undefined &&
    terminal.modes().has('isig');
  await until(isBack, 'the terminal is back');
  terminal.press("clear; PS1='> '", 'Enter');
  await terminal.until(/^>$/);
  terminal.press('echo usa""ble');
  await terminal.until(/^> echo usa""ble$/);
  terminal.press('Enter');
  await terminal.until(/^> echo usa""ble\nusable\n>$/);
  terminal.press("PS1=''", 'Enter');
}
