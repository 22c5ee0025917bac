import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../base/json.ts';
import { LiveTrial } from '../study/trial/live-trial.ts';
import { TrialPruned } from '../study/trial/trial-pruned.ts';
import { CommandLine } from './command-line.ts';
import { runCommand } from './command-run.ts';

/**
 * Runs a script of sh as a trial's program, and notes what it reports and logs. The trial is pruned after `pruneAfter`
 * reports.
 */
function run(script: string, { pruneAfter = Number.POSITIVE_INFINITY, signal = new AbortController().signal } = {}) {
  const said: string[] = [];
  let reports = 0;
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const trial = new LiveTrial(
    { number: 0, studySeed: 1, attempt: 1, params: {}, flatParams: {} },
    {
      async report(value, step) {
        await turn();
        said.push(`report ${value} at ${step}`);
        reports++;
        return true;
      },
      shouldPrune: async () => reports >= pruneAfter,
      setUserAttr: async (key: string, value: JsonValue) => void said.push(`${key} is ${value}`),
      suggest: () => Promise.reject(new Error('It has no parameters.')),
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
