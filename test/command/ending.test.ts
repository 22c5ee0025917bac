import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive, until } from '../support/hpo-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failureOf, hasPython, pidsIn, pruneAfter, search, sh, trialOf } from './programs.ts';

/** Reports for ever. */
const REPORTING = `i=0; while :; do echo "{\\"step\\": $i, \\"value\\": $((9 - i))}"; i=$((i + 1)); sleep 0.02; done`;
const FOREVER = 'while :; do sleep 0.05; done';

describe.concurrent('a pruned trial', () => {
  it('sends its program a signal that it can catch, and is PRUNED however the program ends', async () => {
    const folder = tempFolder();
    const words = `echo "{\\"attr\\": {\\"kept\\": 3}, \\"value\\": 100}"; echo "{\\"step\\": 99, \\"value\\": 0}"`;
    const run = sh(`trap '${words}; : > told; exit 3' TERM; ${REPORTING}`);
    const trial = await trialOf({ run, cwd: folder, graceMs: 60_000 }, { pruner: pruneAfter(3) });
    expect(trial).toMatchObject({ state: 'PRUNED', values: [7], userAttrs: { kept: 3 } });
    expect(trial.intermediateValues.size).toBe(3);
    expect(existsSync(join(folder, 'told'))).toBe(true);
  });

  it('kills a program that ignores the signal, with all that it has started', async () => {
    const folder = tempFolder();
    const run = sh(
      `trap '' TERM; echo $$ > pids; (echo $(exec sh -c 'echo $PPID') >> pids; ${FOREVER}) & until [ "$(wc -l < pids)" -eq 2 ]; do sleep 0.02; done; ${REPORTING}`,
    );
    const trial = await trialOf({ run, cwd: folder, graceMs: 100 }, { pruner: pruneAfter(2) });
    expect(trial.state).toBe('PRUNED');
    const pids = pidsIn(join(folder, 'pids'));
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(isAlive), 'the program is gone');
  });

  it('can take another signal', async () => {
    const folder = tempFolder();
    const run = sh(`trap ': > told; exit' USR1; ${REPORTING}`);
    const trial = await trialOf(
      { run, cwd: folder, pruneSignal: 'SIGUSR1', graceMs: 60_000 },
      { pruner: pruneAfter(1) },
    );
    expect(trial.state).toBe('PRUNED');
    expect(existsSync(join(folder, 'told'))).toBe(true);
  });

  it('is PRUNED, too, if its program has ended by then', async () => {
    const run = sh('echo \'{"step": 0, "value": 3}\'; echo \'{"value": 1}\'');
    expect(await trialOf(run, { pruner: pruneAfter(1) })).toMatchObject({ state: 'PRUNED', values: [3] });
  });

  it.runIf(hasPython)('lets a Python program save its work', async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'train.py'),
      `import itertools, json, signal, sys, time
def stop(*_):
    open('saved', 'w').write('model')
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
for step in itertools.count():
    print(json.dumps({'step': step, 'value': -step}))
    time.sleep(0.01)
`,
    );
    const run = { run: 'python3 train.py', cwd: folder, graceMs: 60_000 };
    const trial = await trialOf(run, { pruner: pruneAfter(2), directions: ['maximize'] });
    expect(trial).toMatchObject({ state: 'PRUNED', values: [-1] });
    expect(readFileSync(join(folder, 'saved'), 'utf8')).toBe('model');
  });
});

describe.concurrent('an aborted trial', () => {
  it.each([
    ['ends its program', `trap ': > told; exit' TERM;`],
    ['ends a program that ignores it', `trap ': > told' TERM;`],
  ])('%s', async (_name, trap) => {
    const folder = tempFolder();
    const aborter = new AbortController();
    const run = sh(`${trap} echo $$ > pids; : > begun; ${FOREVER}`);
    const ending = trialOf({ run, cwd: folder }, { signal: aborter.signal });
    await until(() => existsSync(join(folder, 'begun')), 'the program runs');
    aborter.abort(new Error('enough'));
    const trial = await ending;
    expect(trial.state).toBe('FAIL');
    expect(failureOf(trial)).toBe('Error: enough');
    expect(existsSync(join(folder, 'told'))).toBe(true);
    await until(() => !pidsIn(join(folder, 'pids')).some(isAlive), 'the program is gone');
  });
});

describe.concurrent('a program that goes wrong', () => {
  it.each<[string, string | string[], string]>([
    ['exits with a code', sh('echo one >&2; echo two >&2; exit 3'), 'exited with code 3:\none\ntwo'],
    ['exits with a code, silently', ['false'], '`false` exited with code 1.'],
    ['ends by a signal', sh('kill -SEGV $$'), 'was ended by SIGSEGV.'],
    ['is killed', sh('echo oh >&2; kill -KILL $$'), 'was ended by SIGKILL (is there enough memory?):\noh'],
    [
      'says no value',
      sh('echo \'{"loss": 1}\''),
      'ended without a value; let it print a line such as {"value": 0.53} to stdout.',
    ],
    [
      'is not there',
      'no-such-program --lr {trial}',
      "`no-such-program --lr {trial}` could not be started: there is no program 'no-such-program'; is its name right, and is it in the PATH?",
    ],
    ['is not executable', ['/etc/passwd'], "could not be started: '/etc/passwd' is not executable."],
    [
      'gets too much to say',
      ['true', 'x'.repeat(2 ** 18)],
      'could not be started: its arguments and environment are too long for this system.',
    ],
    ['gets what cannot be said', ['true', 'a\0b'], 'must be a string without null bytes'],
  ])('%s', async (_name, run, problem) => {
    const trial = await trialOf(run);
    expect(trial.state).toBe('FAIL');
    expect(failureOf(trial)).toMatch(/^CommandFailed: `/);
    expect(failureOf(trial)).toContain(problem);
  });

  it('has no folder to run in', async () => {
    const trial = await trialOf({ run: 'true', cwd: '/no/such/folder' });
    expect(failureOf(trial)).toBe(
      'CommandFailed: `true` could not be started: there is no folder /no/such/folder (its `cwd`).',
    );
  });

  it('reports only its last 20 lines, each cut', async () => {
    const script = `i=0; while [ $i -lt 100 ]; do echo line $i >&2; i=$((i + 1)); done; head -c 5000 /dev/zero | tr '\\0' x >&2; exit 1`;
    const lines = failureOf(await trialOf(sh(script))).split('\n');
    expect(lines.slice(-20, -18)).toEqual(['line 81', 'line 82']);
    expect(lines.at(-1)).toBe(`${'x'.repeat(1000)} … (cut)`);
  });

  it('reports an invalid step', async () => {
    const folder = tempFolder();
    const run = sh(`echo '{"step": -1, "value": 2}'; echo $$ > pids; ${FOREVER}`);
    const trial = await trialOf({ run, cwd: folder });
    expect(failureOf(trial)).toBe('HpoError: trial.report(): `step` is -1; give a whole number from 0 on.');
  });
});

describe.concurrent('a process that a program leaves behind', () => {
  it('is killed', async () => {
    const folder = tempFolder();
    const run = sh(
      `(echo $(exec sh -c 'echo $PPID') > pids; ${FOREVER}) & until [ -s pids ]; do sleep 0.02; done; echo '{"value": 1}'`,
    );
    const trial = await trialOf({ run, cwd: folder });
    expect(trial.values).toEqual([1]);
    const pids = pidsIn(join(folder, 'pids'));
    expect(pids).toHaveLength(1);
    await until(() => !pids.some(isAlive), 'what it has left is gone');
  });

  it.runIf(process.platform === 'linux')('is killed in a session of its own, too', async () => {
    const folder = tempFolder();
    writeFileSync(
      join(folder, 'program.mjs'),
      `import { spawn } from 'node:child_process';
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'inherit' });
      console.log(JSON.stringify({ value: 1, attr: { pid: child.pid } }));
      process.exit(0);`,
    );
    const trial = await trialOf({ run: [process.execPath, 'program.mjs'], cwd: folder });
    expect(trial.values).toEqual([1]);
    await until(() => !isAlive(Number(trial.userAttrs.pid)), 'what it has left is gone');
  });
});

describe.concurrent('a program that writes much', () => {
  it('waits for its lines to be taken, and costs no memory', async () => {
    let [lines, longest] = [0, 0];
    const log = (line: string) => {
      lines++;
      longest = Math.max(longest, line.length);
    };
    const much = `yes 'a line of log${' and more'.repeat(40)}' | head -n 300000; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo '{"value": 1}'`;
    const before = process.memoryUsage().rss;
    const trial = await trialOf(sh(much), { log });
    expect(trial.values).toEqual([1]);
    expect(lines).toBe(300_001);
    expect(longest).toBeLessThan(300_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

it('leaves no temporary folder behind, and removes none of the user’s', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'keep'));
  const run = sh('echo "{\\"value\\": 1, \\"attr\\": {\\"file\\": \\"$HPO_PARAMS_FILE\\"}}"; exit $1', '{trial}');
  const trials = await search({ run, cwd: folder }, { trials: 2 });
  expect(trials.map(({ state }) => state)).toEqual(['COMPLETE', 'FAIL']);
  for (const { userAttrs } of trials) expect(existsSync(join(String(userAttrs.file), '..'))).toBe(false);
  expect(existsSync(join(folder, 'keep'))).toBe(true);
});
