import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HpoProcess } from '../runner/hpo-process.ts';
import { type Audit, auditStudy, faultsOf, sumUp } from '../support/audit.ts';
import { type CALLS, type Fault, IoFaultControl } from '../support/io-fault-control.ts';
import type { FaultyStudy } from '../support/io-fault-study.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { CHECKOUT, runNode } from '../support/run-hpo.ts';
import { scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { memoryFolder, tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const TABLE = 'I/O calls that fail, one after the other';

type Call = keyof typeof CALLS;

const library = preload('io-fault');

/** The variables that load the library into a program. @param part of the paths of the files that it is about. */
function environment(control: IoFaultControl, part: string): Readonly<Record<string, string>> {
  return { LD_PRELOAD: library ?? '', IO_FAULT_CONTROL: control.path, IO_FAULT_FILE: part };
}

const NO_FAULT = { at: 0, count: 1, error: 'EIO', torn: false } as const;

/** The faults of one call: for a moment, once with half of a write written, and for good. */
function faultsAt(call: Call, at: number): readonly Fault[] {
  const [one, other] = at % 2 === 0 ? (['EIO', 'ENOSPC'] as const) : (['ENOSPC', 'EIO'] as const);
  return [
    { call, at, count: 1, error: 'EIO', torn: false },
    { call, at, count: 1, error: 'ENOSPC', torn: false },
    ...(call === 'write' ? [{ call, at, count: 1, error: one, torn: true }] : []),
    { call, at, count: 1_000_000, error: other, torn: call === 'write' && at % 3 === 0 },
  ];
}

/** Evenly many of the calls 1 to `calls`, all of them in the full sweep. */
function someOf(calls: number): readonly number[] {
  const stride = calls / scaled(calls, Math.min(calls, 8));
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  return all.filter((at) => Math.floor(at / stride) > Math.floor((at - 1) / stride));
}

describe.skipIf(library === undefined)(`a disk that fails${library === undefined ? PRELOAD_NOTE : ''}`, () => {
  it.each(['open', 'write', 'truncate', 'sync', 'unlink'] as const)(
    'at each %s of a database in turn loses no trial, and says so in a line',
    { timeout: HOUR },
    async (call) => {
      const folder = memoryFolder();
      const control = new IoFaultControl(join(tempFolder(), 'control'), true);
      const run = async (faults: readonly Fault[]): Promise<readonly FaultyStudy[]> => {
        const program = join(CHECKOUT, 'test/support/io-fault-study.ts');
        const list = join(tempFolder(), 'faults.json');
        writeFileSync(list, JSON.stringify(faults));
        const args = [join(folder, 'hpo.db'), control.path, list];
        const env = environment(control, 'hpo.db');
        const options = ['--conditions=hpo-source', '--import', 'tsx'];
        const { stdout, stderr } = await runNode([...options, program, ...args], { cwd: CHECKOUT, env });
        if (stderr !== '') throw new Error(stderr);
        return stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as FaultyStudy);
      };
      const [whole] = await run([{ call, ...NO_FAULT }]);
      const calls = whole?.calls ?? 0;
      expect(whole?.error).toBeUndefined();
      const studies = calls === 0 ? [] : await run(someOf(calls).flatMap((at) => faultsAt(call, at)));
      control.close();
      const complete = Array(20).fill('COMPLETE').join();
      const count = (is: (study: FaultyStudy) => boolean) => studies.filter(is).length;
      addRow(TABLE, {
        'call of': 'the database',
        call,
        calls,
        studies: studies.length,
        'went on at once': count(({ error }) => error === undefined),
        refused: count(({ error }) => error !== undefined),
        lost: count(({ lost }) => lost.length > 0),
        'wrong value': count(({ wrong }) => wrong.length > 0),
        'off target': count(({ states }) => states !== complete),
        'not ok': count(({ integrity }) => integrity !== 'ok'),
      });
      const bad = studies.filter(
        ({ error = 'hpo.db.', lost, wrong, states, integrity }) =>
          !/^hpo\.db[^\n]*\.$/.test(error) ||
          lost.length + wrong.length > 0 ||
          states !== complete ||
          integrity !== 'ok',
      );
      expect(bad).toEqual([]);
    },
  );

  it.each(['open', 'write', 'sync', 'rename', 'unlink', 'mkdir'] as const)(
    'at each %s of the results in turn ends the run in a line, and the next run makes up for it',
    { timeout: HOUR },
    async (call) => {
      const control = new IoFaultControl(join(tempFolder(), 'control'), true);
      const target = 20;
      const run = async (fault: Fault) => {
        const folder = tempFolder();
        const file = writeKnownStudy(folder, { ms: 0, retrain: true });
        const args = ['run', file, '--trials', String(target), '--workers', '1'];
        control.set(fault);
        const first = new HpoProcess(folder, args, environment(control, `${folder}/runs`));
        const end = await first.ended;
        const calls = control.clear();
        const second = new HpoProcess(folder, args);
        const again = await second.ended;
        const isSaid = end.code === 0 || ((end.code === 1 || end.code === 2) && /^hpo: [^\n]+\n$/.test(end.stderr));
        const wrong = [
          ...(isSaid ? [] : [`ended with ${end.code}: ${end.stderr}`]),
          ...(again.code === 0 && again.stderr === '' ? [] : [`went on with ${again.code}: ${again.stderr}`]),
        ];
        const audit = await auditStudy(folder, { runs: [first, second], target, retrained: true });
        return { fault, calls, code: end.code, audit, wrong };
      };
      const whole = await run({ call, ...NO_FAULT });
      const faults = someOf(whole.calls).flatMap((at) => faultsAt(call, at));
      const ends: Awaited<ReturnType<typeof run>>[] = [];
      for (const fault of faults) ends.push(await run(fault));
      control.close();
      const audits: readonly Audit[] = ends.map(({ audit }) => audit);
      const { lost, 'wrong value': wrongValue, 'off target': offTarget, 'left over': leftOver } = sumUp(audits);
      addRow(TABLE, {
        'call of': 'the results',
        call,
        calls: whole.calls,
        studies: ends.length,
        'went on at once': ends.filter(({ code }) => code === 0).length,
        refused: ends.filter(({ code }) => code !== 0).length,
        lost: lost ?? 0,
        'wrong value': wrongValue ?? 0,
        'off target': offTarget ?? 0,
        'left over': leftOver ?? 0,
      });
      const bad = ends.map(({ fault, audit, wrong }) => ({ fault, wrong: [...wrong, ...faultsOf([audit])] }));
      expect(bad.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    },
  );
});
