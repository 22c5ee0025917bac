import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../test/support/temp-folder.ts';
import type { JsonValue } from '../base/json.ts';
import type { CheckpointsStart } from '../study/checkpoints/trial-checkpoints.ts';
import { LiveTrial } from '../study/trial/live-trial.ts';
import { TrialPruned } from '../study/trial/trial-pruned.ts';
import { CommandLine } from './command-line.ts';
import { runCommand } from './command-run.ts';

/**
 * Runs a script of sh as a trial's program, and notes what it reports and logs. The trial is pruned after `pruneAfter`
 * reports.
 */
function run(
  script: string,
  {
    pruneAfter = Number.POSITIVE_INFINITY,
    signal = new AbortController().signal,
    place = join(tempFolder(), 'root', 'trial-0'),
    begin = {} as Partial<CheckpointsStart>,
  } = {},
) {
  const said: string[] = [];
  let reports = 0;
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const checkpoints = { trial: 0, label: 'Trial 0', attempt: 1, place, direction: undefined, reports: [], ...begin };
  const trial = new LiveTrial(
    { number: 0, studySeed: 1, attempt: 1, params: {}, flatParams: {}, checkpoints },
    {
      async report(value, step) {
        await turn();
        said.push(`report ${value} at ${step}`);
        reports++;
        return true;
      },
      shouldPrune: async () => reports >= pruneAfter,
      setUserAttr: async (key: string, value: JsonValue) => void said.push(`${key} is ${value}`),
      setConstraint: async (name: string, value: number) => void said.push(`constraint ${name} is ${value}`),
      suggest: () => Promise.reject(new Error('It has no parameters.')),
      async keepCheckpoints({ last: { step } }) {
        await turn();
        said.push(`checkpoint of step ${step}`);
      },
      warn: (message) => void said.push(message),
    },
  );
  const log = async (line: string) => {
    await turn(); // a slow reader
    said.push(line);
  };
  const line = new CommandLine(['sh', '-c', script.replaceAll('{', '{{').replaceAll('}', '}}')]);
  const plan = { line, cwd: '.', env: {}, pruneSignal: 'SIGTERM', graceMs: 60_000 } as const;
  return { said, result: runCommand(plan, { trial, params: {}, signal, studySeed: 1, log }) };
}

describe('a program', () => {
  it('has the value that it printed last, though its output is read after its end', async () => {
    const lines = 300;
    const { said, result } = run(`i=0; while [ $i -lt ${lines} ]; do echo $i; i=$((i+1)); done; echo '{"value": 4}'`);
    expect(await result).toBe(4);
    expect(said).toEqual(Array.from({ length: lines }, (_, at) => String(at)));
  });

  it('may still set attributes once it is pruned, but not report', async () => {
    const { said, result } = run(
      `exec 2>/dev/null
       trap 'echo "{\\"step\\": 2, \\"value\\": 2, \\"attr\\": {\\"saved\\": true}}"; exit 0' TERM
       echo '{"step": 1, "value": 1}'
       while :; do sleep 0.05; done`,
      { pruneAfter: 1 },
    );
    await expect(result).rejects.toSatisfy(TrialPruned.is);
    expect(said).toEqual(['report 1 at 1', 'saved is true']);
  });

  it('reports nothing more once its trial is aborted', async () => {
    const aborter = new AbortController();
    const { said, result } = run(
      `exec 2>/dev/null
       trap 'echo "{\\"step\\": 2, \\"value\\": 2}"; exit 0' TERM
       echo ready
       while :; do sleep 0.05; done`,
      { signal: aborter.signal },
    );
    await expect.poll(() => said, { timeout: 30_000 }).toEqual(['ready']);
    aborter.abort(new Error('the time is up'));
    await expect(result).rejects.toThrow('the time is up');
    expect(said).toEqual(['ready']);
  });

  it.each([
    ['exit 3', 'exited with code 3'],
    ['kill -9 $$', 'was ended by SIGKILL (is there enough memory?)'],
    ['true', 'ended without a value'],
  ])('%j fails its trial', async (script, problem) => {
    const { result } = run(`echo last words >&2; ${script}`);
    await expect(result).rejects.toMatchObject({ message: expect.stringContaining(problem) });
  });
});

describe('the checkpoints of a program', () => {
  const save = (step: number) =>
    `echo state ${step} > "$HPO_CHECKPOINT_FOLDER/${step}"; echo '{"checkpoint": ${step}}'`;

  it('are moved from its folder when it says so, and the last one is there when it is run again', async () => {
    const place = join(tempFolder(), 'root', 'trial-0');
    const script = `echo '{"step": 1, "value": 5}'; ${save(1)}; echo torn > "$HPO_CHECKPOINT_FOLDER/2"`;
    const first = run(script, { place });
    expect(await first.result).toBe(5);
    expect(first.said).toEqual(['report 5 at 1', 'checkpoint of step 1']);
    expect(readdirSync(place)).toEqual(['step-1']); // nothing is left of what it had not finished
    const folder = join(place, 'step-1');
    expect(readFileSync(join(folder, '1'), 'utf8')).toBe('state 1\n');

    const last = { step: 1, trial: 0, attempt: 1, folder };
    const more = `cat "$HPO_LAST_CHECKPOINT"; ls "$HPO_CHECKPOINT_FOLDER"; echo "after $HPO_RESUMED_STEP"; echo '{"value": 4}'`;
    const again = run(more, { place, begin: { attempt: 2, last } });
    expect(await again.result).toBe(4);
    expect(again.said).toEqual(['state 1', 'after 1']);
  });

  it('may be folders, have names of their own, and come with a report', async () => {
    const place = join(tempFolder(), 'root', 'trial-0');
    const script = `mkdir -p "$HPO_CHECKPOINT_FOLDER/checkpoint-8/x"; echo w > "$HPO_CHECKPOINT_FOLDER/checkpoint-8/x/w"
      echo '{"step": 8, "value": 1, "checkpoint": 8, "path": "checkpoint-8"}'`;
    const { said, result } = run(script, { place });
    expect(await result).toBe(1);
    expect(said).toEqual(['report 1 at 8', 'checkpoint of step 8']);
    expect(readFileSync(join(place, 'step-8', 'checkpoint-8', 'x', 'w'), 'utf8')).toBe('w\n');
  });

  it.each([
    [
      'nothing',
      `echo '{"checkpoint": 3}'; sleep 60`,
      'there is no file or folder "3" in $HPO_CHECKPOINT_FOLDER; write it before',
    ],
    [
      'a path that leads elsewhere',
      `echo '{"checkpoint": 3, "path": "../3"}'; sleep 60`,
      '"../3" is not the name of a file',
    ],
    ['the folder itself', `echo '{"checkpoint": 3, "path": ".."}'; sleep 60`, '".." is not the name of a file'],
    [
      'a link',
      `ln -s /etc/passwd "$HPO_CHECKPOINT_FOLDER/3"; echo '{"checkpoint": 3}'; sleep 60`,
      'there is no file or folder "3"',
    ],
  ])('cannot be %s', async (_what, script, problem) => {
    await expect(run(script).result).rejects.toThrow(`printed {"checkpoint": 3}, but ${problem}`);
  });

  it('leave no folder behind where there are none, and may be kept when the trial is pruned', async () => {
    const root = join(tempFolder(), 'root');
    expect(await run(`echo '{"value": 4}'`, { place: join(root, 'trial-0') }).result).toBe(4);
    expect(existsSync(root)).toBe(false);
    const place = join(root, 'trial-1');
    const script = `trap 'echo s > "$HPO_CHECKPOINT_FOLDER/2"; echo "{\\"checkpoint\\": 2}"; exit 0' TERM
      echo '{"step": 1, "value": 1}'; while :; do sleep 0.02; done`;
    const { said, result } = run(`exec 2>/dev/null\n${script}`, { place, pruneAfter: 1 });
    await expect(result).rejects.toThrow(TrialPruned);
    expect(said).toEqual(['report 1 at 1', 'checkpoint of step 2']);
  });
});
