import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSane, statesIn, terminalInFolder, terminalWithStudy } from '../support/dashboard-terminal.ts';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { runHpo, temporaryFolder } from '../support/run-hpo.ts';
import { hasTmux } from '../support/terminal.ts';
import { SLOW, writeStudy } from '../support/written-study.ts';

// The dashboard in a real terminal.

/**
 * The two worker processes of a run, once both are there; a trial that is shown may be one that a dead run has left.
 */
async function twoWorkersOf(program: number): Promise<number[]> {
  let workers: number[] = [];
  await until(() => {
    const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(program)], { encoding: 'utf8' });
    workers = stdout.split('\n').flatMap((line) => (line.includes('bin/worker.js') ? [Number.parseInt(line, 10)] : []));
    return workers.length === 2;
  }, 'two workers run');
  return workers;
}

/** Trials that run until the file `go` is there. */
const HELD = "await trial.report(params.x, 1); while (!existsSync('go')) await sleep(50); return params.x;";

/** Runs what is left in the study in `study.ts`, and one trial more. */
async function expectToResume(cwd: string): Promise<void> {
  writeFileSync(join(cwd, 'go'), '');
  const isFinished = (state: string) => state === 'COMPLETE' || state === 'PRUNED';
  const left = await statesIn(cwd);
  const trials = String(left.length + 1);
  expect(left.filter((state) => !isFinished(state))).not.toEqual([]);
  const resumed = await runHpo(['run', 'study.ts', '--trials', trials, '--no-dashboard'], { cwd });
  expect(resumed).toMatchObject({ code: 0, stderr: '' });
  const states = await statesIn(cwd);
  expect(states).toHaveLength(left.length + 1);
  expect(states.filter((state) => !isFinished(state))).toEqual([]);
}

describe.skipIf(!hasTmux())('the dashboard in a terminal (tmux)', () => {
  it('shows a run, obeys its keys, and leaves lines on its end', async () => {
    const { cwd, terminal } = terminalWithStudy();
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
      const isTitle = (line = '') =>
        line.startsWith('hpo study') && line.length > columns - 5 && line.length <= columns;
      await until(() => isTitle(terminal.screen().split('\n')[0]), `a title ${columns} columns wide on top`);
      expect(terminal.screen().split('\n').length).toBeLessThanOrEqual(rows);
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

  it('shows a run that keeps its study in memory', async () => {
    const { terminal } = terminalWithStudy();
    terminal.press('hpo run study.ts --workers 2 --storage memory:', 'Enter');
    await terminal.until(/▶ trial \d+ .*step 1/);
    expect(terminal.screen()).toMatch(/memory:/);
    terminal.press('q');
    const left = await terminal.until(/^interrupted after .*\n/m);
    expect(left).toMatch(/^ {2}storage {3}memory:$/m);
    expect(left).not.toMatch(/closed|There is no study/);
    await expectSane(terminal);
  });

  it.each([
    [
      'sh',
      [
        ['SIGKILL', false],
        ['SIGTERM', false],
      ],
    ],
    ['bash', [['SIGKILL', true]]],
  ] as const)('leaves a usable %s when it is killed, and the study resumes', async (shell, endings) => {
    const { cwd, terminal } = terminalInFolder(shell);
    writeStudy(cwd, HELD, 'trials: 400,');
    for (const [signal, isGroup] of endings) {
      terminal.press('clear; hpo run study.ts --workers 2', 'Enter');
      await terminal.until(/▶ trial/);
      const program = terminal.program() as number;
      const workers = await twoWorkersOf(program);
      process.kill(isGroup ? -program : program, signal);
      await expectSane(terminal);
      await until(() => !workers.some(isAlive), 'the workers are gone');
    }
    await expectToResume(cwd);
  });

  it('gives the terminal back and shows the error when hpo itself crashes, and the study resumes', async () => {
    const { cwd, terminal } = terminalWithStudy();
    const throwing = `pruner: {
      name: 'throwing',
      judge: (_, { number }) => !!setTimeout(() => { if (number === 3) throw new Error('out of the blue'); }, 50) && false,
    },`;
    writeStudy(cwd, SLOW, throwing);
    terminal.press('hpo run study.ts --workers 2; echo ended with $?', 'Enter');
    expect(await terminal.until(/ended with 1/)).toMatch(/Error: out of the blue/);
    await expectSane(terminal);
    writeStudy(cwd, SLOW);
    await expectToResume(cwd);
  });

  it('hands its trials back when the terminal is closed, and the study resumes', async () => {
    const { cwd, terminal } = terminalInFolder();
    writeStudy(cwd, HELD, 'trials: 400,');
    terminal.press('hpo run study.ts --workers 2 2>errors.txt', 'Enter');
    await terminal.until(/▶ trial/);
    const program = terminal.program() as number;
    const processes = [program, ...(await twoWorkersOf(program))];
    terminal.close();
    await until(() => !processes.some(isAlive), 'all processes are gone');
    expect(readFileSync(join(cwd, 'errors.txt'), 'utf8')).toBe('');
    const states = await statesIn(cwd);
    expect(states).toContain('WAITING');
    expect(states).not.toContain('RUNNING');
    await expectToResume(cwd);
  });

  it('is lines until the study is open, which Ctrl-C ends, too', async () => {
    const { cwd, terminal } = terminalInFolder();
    const packing = `async ({ log }) => { log('trying it out'); await sleep(600_000); return { trials: 1, reason: '' }; }`;
    writeStudy(
      cwd,
      SLOW,
      `device: () => ({ backend: 'none', kind: 'gpu', description: 'a GPU', packing: ${packing} }),`,
    );
    terminal.press('hpo run study.ts; echo ended with $?', 'Enter');
    await terminal.until(/\| trying it out$/m);
    terminal.press('C-c');
    expect(await terminal.until(/ended with 130/)).toMatch(/The run was stopped before its study was opened/);
    await expectSane(terminal);
  });

  it('watches a study that another process runs, as often as one likes, and orders nothing of it', async () => {
    const { cwd, terminal } = terminalWithStudy();
    const run = new HpoProcess(cwd, ['run', 'study.ts', '--workers', '2']);
    await run.waitFor('trial-reported');
    for (const _ of ['first', 'again']) {
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

it('hpo dashboard without a terminal names the command to use instead', async () => {
  const cwd = temporaryFolder();
  writeStudy(cwd, 'return params.x;', 'trials: 1,');
  await runHpo(['run', 'study.ts'], { cwd });
  expect(await runHpo(['dashboard'], { cwd })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'hpo: A dashboard needs a terminal; `hpo trials study` shows the same in a file or a pipe, and --web in a browser.\n',
  });
  rmSync(cwd, { recursive: true });
});
