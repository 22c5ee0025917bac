import { describe, expect, it } from 'vitest';
import { HpoProcess } from '../support/hpo-process.ts';
import { countStates, storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** An objective with a line for each trial; `shared.open()` lets the trials go on that wait for `shared.gate`. */
const perTrial = (...lines: readonly string[]) => `
  const shared = ((globalThis as any).shared ??= {});
  ${lines.map((line, number) => `if (trial.number === ${number}) { ${line} }`).join('\n')}
  return params.x;`;

const LEAVE_A_GATE = 'shared.gate = new Promise((open) => { shared.open = open; });';

describe.concurrent('a promise that a trial leaves behind', () => {
  it('fails no other trial and reports for none; a warning names its trial', async () => {
    const folder = tempFolder();
    const objective = perTrial(
      `${LEAVE_A_GATE} void shared.gate.then(() => { throw new Error('too late'); });`,
      'shared.open(); await sleep(100);',
      `${LEAVE_A_GATE} void shared.gate.then(() => setImmediate(() => { throw new Error('thrown late.'); }));
       shared.home = process.cwd(); process.chdir('/');`,
      "shared.open(); await trial.setUserAttr('isHome', process.cwd() === shared.home); await sleep(100);",
      `${LEAVE_A_GATE} shared.late = shared.gate.then(() => trial.report(1, 99)).catch((error) => error.message);`,
      "shared.open(); await trial.setUserAttr('late', await shared.late);",
      `void sleep(10).then(() => { throw new Error('its own'); }); await sleep(60_000);`,
    );
    const run = new HpoProcess(folder, ['run', writeStudy(folder, objective), '--trials', '8', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(trials.filter(({ state }) => state !== 'COMPLETE').map(({ number }) => number)).toEqual([6]);
    expect(trials[6]?.systemAttrs['hpo:error']).toMatchObject({
      message: 'The worker process exited with code 1.',
      stderr: expect.stringContaining('Error: its own\n    at '),
    });
    expect(trials[3]?.userAttrs.isHome).toBe(true);
    expect(trials[5]?.intermediateValues.size).toBe(0);
    expect(trials[5]?.userAttrs.late).toBe('Trial 4 has ended; await what it does before its objective returns.');
    const mend = 'It counts for nothing; await what the objective does before it returns.';
    expect(run.of('warning').map(({ message }) => message)).toEqual([
      `Trial 0 left something behind that failed after its end: Error: too late. ${mend}`,
      `Trial 2 left something behind that failed after its end: Error: thrown late. ${mend}`,
    ]);
    expect(run.of('worker-died')).toHaveLength(1);
  });

  it("a study's own handler is respected, and an error of the preparation is named as such", async () => {
    const folder = tempFolder();
    const objective = perTrial(
      'shared.open(); await sleep(100);',
      `process.on('uncaughtException', (error) => { shared.seen = error.message; });
       void Promise.reject(new Error('handled')); await sleep(100); await trial.setUserAttr('seen', shared.seen);`,
    );
    const prepare = `prepare() { const shared = ((globalThis as any).shared ??= {});
      ${LEAVE_A_GATE} void shared.gate.then(() => { throw new Error('of old'); }); },`;
    const file = writeStudy(folder, objective, prepare);
    const run = new HpoProcess(folder, ['run', file, '--trials', '2', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    expect(countStates(trials)).toEqual({ COMPLETE: 2 });
    expect(trials[1]?.userAttrs.seen).toBe('handled');
    expect(run.of('warning')[0]?.message).toMatch(/^The preparation left something behind .*: Error: of old\. /);
  });
});

describe.concurrent("messages that are not hpo's", () => {
  it('are ignored, with one warning for any number', async () => {
    const folder = tempFolder();
    const objective = `
      const { send } = process as any;
      const say = (message: unknown) => send.call(process, message);
      if (trial.number === 0) {
        for (let i = 0; i < 1000; i++) say(null);
        for (const message of [42, 'hello', [], { kind: 'other' }, { kind: 'answer', id: 999_999 }, { kind: 'refusal' },
          { kind: 'request', id: 1, method: 'toString' }, { kind: 'request', method: 'report', argument: null },
          { kind: 'request', id: 999_998, method: 'report', argument: null }]) say(message);
        await trial.report(params.x, 0);
      }
      return params.x;`;
    const run = new HpoProcess(folder, ['run', writeStudy(folder, objective), '--trials', '3', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    expect(countStates(await storedTrials(folder))).toEqual({ COMPLETE: 3 });
    expect(run.of('warning').map(({ message }) => message)).toEqual([
      "Worker 0 sent a message that is not hpo's (null); such messages of the study's code (`process.send()`) are ignored.",
      "A worker received a message that is not hpo's (an answer without a request); it was ignored.",
    ]);
  });
});
