import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CUT, LIMITS } from '../../src/base/bounded-text.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { storedTrials } from '../support/stored-trials.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

/** The most memory that the run's process has taken so far, in kB; 0 where the system does not report it. */
const PEAK = `Number(/VmHWM:\\s*(\\d+)/.exec(
  await import('node:fs').then(({ readFileSync }) => { try { return readFileSync('/proc/' + process.ppid + '/status', 'utf8'); } catch { return ''; } }),
)?.[1] ?? 0)`;

const MiB = 1024;

describe('the output of a trial', () => {
  it('is bounded: lines, last words, errors, logs, progress and values', async () => {
    const folder = tempFolder();
    const file = writeStudy(
      folder,
      `const much = (character: string, MB: number) => character.repeat(MB * 1e6);
      await trial.setUserAttr('peak', ${PEAK});
      switch (trial.number) {
        case 1: process.stdout.write(much('o', 100)); break;
        case 2: console.log('short'); log(much('l', 30)); break;
        case 3: throw new Error(much('e', 30));
        case 4: throw Object.create(null);
        case 5: return much('v', 30) as never;
        case 6: await new Promise((done) => process.stderr.write(much('w', 30), done)); process.exit(3);
        case 7: throw Object.assign(new RangeError('short'), { name: much('n', 3), stack: much('s', 30) });
        case 8: await trial.report(much('r', 3) as never, 0);
      }
      return params.x;`,
      "prepare({ progress }) { progress({ label: 'p'.repeat(30e6), done: 1 }); },",
    );
    const run = new HpoProcess(folder, ['run', file, '--trials', '10', '--workers', '1']);
    expect(await run.ended).toEqual({ code: 0, stderr: '' });
    const trials = await storedTrials(folder);
    const failures = trials.map(({ systemAttrs }) => systemAttrs['hpo:error']);
    const cut = (character: string, limit: number) => `${character.repeat(limit)}${CUT}`;
    const message = cut('e', LIMITS.message);
    expect(failures[3]).toEqual({ name: 'Error', message, stack: expect.stringContaining(`${message}\n    at `) });
    expect(failures[4]).toEqual({ name: 'Error', message: 'a value that cannot be shown' });
    expect(failures[5]).toMatchObject({
      message: `The objective returned "${cut('v', LIMITS.name)}"; it must return a number.`,
    });
    expect(failures[6]).toMatchObject({ name: 'WorkerDied', stderr: cut('w', LIMITS.lastLine) });
    expect(failures[7]).toMatchObject({ name: cut('n', LIMITS.name), stack: cut('s', LIMITS.stack) });
    expect(failures[8]).toMatchObject({ message: expect.stringContaining(`\`value\` is "${cut('r', LIMITS.name)}"`) });
    const lines = run.of('log').map(({ stream, trial, text }) => ({ stream, trial, text }));
    expect(lines).toContainEqual({ stream: 'stdout', trial: 1, text: cut('o', LIMITS.line) });
    expect(lines).toContainEqual({ stream: 'stdout', trial: 2, text: 'short' });
    expect(lines).toContainEqual({ stream: 'log', trial: 2, text: cut('l', LIMITS.line) });
    expect(lines).toContainEqual({ stream: 'stderr', trial: 6, text: cut('w', LIMITS.line) });
    expect(lines).toHaveLength(4);
    expect(run.of('progress')[0]?.progress).toEqual({ label: cut('p', LIMITS.name), done: 1 });
    expect(statSync(join(folder, 'hpo.db')).size).toBeLessThan(MiB * 1024);
    const [first, ...later] = trials.map(({ userAttrs }) => Number(userAttrs.peak));
    expect(Math.max(...later) - (first ?? 0)).toBeLessThan(150 * MiB);
  });
});
