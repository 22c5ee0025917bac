import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess, isAlive, until } from '../support/hpo-process.ts';
import { HPO_MODULE } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { WarmHpo } from '../support/warm-hpo.ts';
import { pidsIn } from './programs.ts';

const hpo = new WarmHpo();

/** Writes a study whose trials run a script of sh, and returns the file's name. */
function writeStudy(folder: string, script: string, more = ''): string {
  writeFileSync(join(folder, 'program.sh'), script);
  writeFileSync(
    join(folder, 'study.ts'),
    `import { categorical, command, defineStudy, float, nop, space } from ${JSON.stringify(HPO_MODULE)};
export default defineStudy({
  name: 'study',
  space: space({ x: float(-5, 5), shape: categorical(['a b', "it's $(touch pwned)"]) }),
  seed: 7,
  trials: 4,
  settings: { epochs: 2 },
  objective: command({ run: 'sh program.sh {x} {shape} {settings.epochs}' }),
  ${more}
});
`,
  );
  return 'study.ts';
}

const FOREVER = 'while :; do sleep 0.05; done';
/** Writes its number, a child's number, and the place of its parameters; then runs for ever and ignores SIGTERM. */
const DEAF = `trap '' TERM; echo $$ >> pids; echo "$HPO_PARAMS_FILE" > file; (echo $(exec sh -c 'echo $PPID') >> pids; ${FOREVER}) &
until [ "$(wc -l < pids)" -ge 2 ]; do sleep 0.02; done; : > begun; ${FOREVER}`;

describe.concurrent('a study of commands', () => {
  it('runs in workers', async () => {
    const folder = tempFolder();
    const script = `echo "x is $1 and $2"; for i in $(seq "$3"); do echo "{\\"step\\": $i, \\"value\\": $1, \\"loss\\": $i}"; done`;
    const run = await hpo.runWithEvents(['run', writeStudy(folder, script), '--workers', '2'], { cwd: folder });
    expect(run.end).toEqual({ code: 0, stderr: '' });
    const started = run.of('trial-started');
    expect(started).toHaveLength(4);
    for (const { trial, params } of started) {
      const reports = run.of('trial-reported').filter((event) => event.trial === trial);
      const told = reports.map(({ step, value, metrics }) => [step, value, metrics]);
      expect(told).toEqual([1, 2].map((step) => [step, params.x, { loss: step }]));
      const end = run.of('trial-finished').find((event) => event.trial === trial);
      expect(end).toMatchObject({ state: 'COMPLETE', values: [params.x] });
      const logged = run.of('log').filter((event) => event.trial === trial);
      expect(logged.map(({ text }) => text)).toEqual([`x is ${params.x} and ${params.shape}`]);
    }
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('ends a program whose time is up, even if it ignores signals', async () => {
    const folder = tempFolder();
    const run = new HpoProcess(folder, [
      'run',
      writeStudy(folder, DEAF, 'trialTimeoutMs: 1500,'),
      ...['--trials', '1', '--workers', '1'],
    ]);
    const end = await run.waitFor('trial-finished');
    expect(end).toMatchObject({ state: 'FAIL', failure: { name: 'TimeLimit' } });
    const pids = pidsIn(join(folder, 'pids'));
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(isAlive), 'the program is gone');
    await run.ended;
    expect(run.of('worker-died')).toEqual([]);
  });

  it.each(['the worker', 'hpo'])('leaves no program behind when %s is killed', async (victim) => {
    const folder = tempFolder();
    const run = new HpoProcess(folder, ['run', writeStudy(folder, DEAF), '--trials', '1', '--workers', '1']);
    const { pid = 0 } = await run.waitFor('worker-started');
    await until(() => existsSync(join(folder, 'begun')), 'the program runs');
    const pids = pidsIn(join(folder, 'pids'));
    const parameters = dirname(readFileSync(join(folder, 'file'), 'utf8').trim());
    expect(pids.map(isAlive)).toEqual([true, true]);
    expect(existsSync(parameters)).toBe(true);
    process.kill(victim === 'hpo' ? (run.child.pid ?? 0) : pid, 'SIGKILL');
    await until(() => !pids.some(isAlive), 'the program is gone');
    await until(() => !existsSync(parameters), 'its parameters are gone');
    await run.ended;
    if (victim === 'hpo') return;
    expect(run.of('trial-finished')[0]).toMatchObject({ state: 'FAIL', failure: { name: 'WorkerDied' } });
  });

  it('stops when its program fails in the same way ten times', async () => {
    const folder = tempFolder();
    const file = writeStudy(folder, 'echo "no such file: data.csv" >&2; exit 3');
    const run = await hpo.runWithEvents(['run', file, '--trials', '40', '--workers', '1'], { cwd: folder });
    expect(run.end.code).toBe(1);
    const message = '`sh program.sh {x} {shape} {settings.epochs}` exited with code 3:\nno such file: data.csv';
    expect(run.of('run-finished')[0]).toMatchObject({ reason: 'failing', failure: { name: 'CommandFailed', message } });
    expect(run.of('trial-finished')).toHaveLength(10);
  });
});
