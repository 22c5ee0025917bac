import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadStudy } from 'hpo';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HpoProcess, until } from '../runner/hpo-process.ts';
import { SLOW, writeStudy } from '../runner/studies.ts';
import { runHpo, temporaryFolder } from '../support/run-hpo.ts';
import { hasTmux, Terminal } from '../support/terminal.ts';

// The dashboard in a real terminal.

/** A folder with a study of slow trials, and a terminal in it. */
function terminalWithStudy(trials: number): { readonly cwd: string; readonly terminal: Terminal } {
  const cwd = temporaryFolder();
  writeStudy(cwd, SLOW.replaceAll('sleep(40)', 'sleep(300)'), `trials: ${trials},`);
  const terminal = new Terminal(cwd, 80, 24);
  onTestFinished(() => {
    terminal.close();
    rmSync(cwd, { recursive: true });
  });
  return { cwd, terminal };
}

async function statesIn(cwd: string): Promise<string[]> {
  const study = await loadStudy({ name: 'study', storage: join(cwd, 'hpo.db') });
  try {
    return (await study.trials()).map(({ state }) => state);
  } finally {
    await study.close();
  }
}

/** The process of the program that runs in a terminal's shell; undefined while none does. */
function programIn(terminal: Terminal): number | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', terminal.ask('pane_pid')], { encoding: 'utf8' });
  const running = stdout.split('\n').find((line) => line.includes('bin/hpo.js'));
  return running === undefined ? undefined : Number.parseInt(running, 10);
}

/** Waits for the ordinary screen with its cursor, and types on it. */
async function expectSane(terminal: Terminal): Promise<void> {
  const isBack = () => terminal.ask('alternate_on') === '0' && terminal.ask('cursor_flag') === '1';
  await until(() => programIn(terminal) === undefined && isBack(), 'the terminal is back');
  terminal.press('clear; echo usa""ble', 'Enter');
  await terminal.until(/^usable$/m);
}

describe.skipIf(!hasTmux())('the dashboard in a terminal (tmux)', () => {
  it('shows a run, heeds its keys, and leaves how it ended', async () => {
    const { cwd, terminal } = terminalWithStudy(400);
    terminal.press('hpo run study.ts --workers 2', 'Enter');
    await terminal.until(/▶ trial \d+ .*step 1/);
    expect(terminal.ask('alternate_on')).toBe('1');
    terminal.press('2');
    await terminal.until(/trials, by number/);
    terminal.press('/');
    terminal.press(...'running', 'Enter');
    await terminal.until(/^\d+ of \d+: running, by number$/m);
    for (const [columns, rows] of [
      [50, 12],
      [130, 40],
    ] as const) {
      terminal.resize(columns, rows);
      const titleWidth = () => terminal.screen().split('\n')[0]?.length ?? 0;
      await until(() => titleWidth() > columns - 5 && titleWidth() <= columns, `a title ${columns} columns wide`);
      const lines = terminal.screen().split('\n');
      expect(lines[0]).toMatch(/^hpo study/);
      expect(lines.length).toBeLessThanOrEqual(rows);
    }
    terminal.press('p');
    await terminal.until(/paused/);
    terminal.press('p');
    terminal.press('x');
    await terminal.until(/prune trial \d+\?|no trial is running/);
    terminal.press('y', 'q');
    await terminal.until(/stopping when the running trials are done|^interrupted after/m);
    const left = await terminal.until(/^interrupted after .*\n/m);
    expect(left).toMatch(/^hpo \S+ {2}study$/m);
    expect(left).toMatch(/^best is trial \d+: /m);
    await expectSane(terminal);
    const states = await statesIn(cwd);
    expect(states.filter((state) => state === 'RUNNING' || state === 'WAITING')).toEqual([]);
  });

  it('leaves a usable terminal when it is killed, and the study resumes', async () => {
    const { cwd, terminal } = terminalWithStudy(6);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      terminal.press('clear; hpo run study.ts --workers 2', 'Enter');
      await terminal.until(/▶ trial/);
      process.kill(programIn(terminal) as number, signal);
      await expectSane(terminal);
    }
    expect(await runHpo(['run', 'study.ts', '--no-dashboard'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    const states = await statesIn(cwd);
    expect(states).toHaveLength(6);
    expect(states.filter((state) => state !== 'COMPLETE' && state !== 'PRUNED')).toEqual([]);
  });

  it('watches a study that another process runs, as often as one likes, and orders nothing of it', async () => {
    const { cwd, terminal } = terminalWithStudy(400);
    const run = new HpoProcess(cwd, ['run', 'study.ts', '--workers', '2']);
    await run.waitFor('trial-reported');
    for (let times = 0; times < 3; times++) {
      terminal.press('clear; hpo dashboard', 'Enter');
      await terminal.until(/watching; runs elsewhere(.|\n)*▶ trial/);
      terminal.press('p');
      await terminal.until(/here it can only be watched/);
      terminal.press('q');
      await expectSane(terminal);
    }
    run.child.kill('SIGINT');
    expect(await run.ended).toEqual({ code: 130, stderr: '' });
    expect(run.of('trial-finished').filter(({ state }) => state === 'FAIL')).toEqual([]);
  });
});

it('hpo dashboard without a terminal names what there is instead', async () => {
  const cwd = temporaryFolder();
  writeStudy(cwd, 'return params.x;', 'trials: 1,');
  await runHpo(['run', 'study.ts'], { cwd });
  expect(await runHpo(['dashboard'], { cwd })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'hpo: A dashboard needs a terminal; `hpo trials study` tells the same to a file or a pipe.\n',
  });
  rmSync(cwd, { recursive: true });
});
