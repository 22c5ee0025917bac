import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Audit, faultsOf as auditFaults, auditStudy, sumUp } from '../support/audit.ts';
import { faultEnvironment, faultsOf, faultyStudies, NO_FAULT } from '../support/faulty-studies.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { type CALLS, type Fault, IoFaultControl } from '../support/io-fault-control.ts';
import type { FaultyStudy } from '../support/io-fault-study.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { partOf, scaled } from '../support/sweep-size.ts';
import { addRow } from '../support/sweep-table.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { together } from '../support/together.ts';

/** Enough for a full sweep of one call on a busy machine; `SWEEP_PART` cuts it into parts. */
const LIMIT = 8 * 3_600_000;
const TABLE = 'I/O calls that fail, one after the other';

type Call = keyof typeof CALLS;

const library = preload('io-fault');

/** The faults of one call: for a moment, a write also with half of it written, and for good. */
function faultsAt(call: Call, at: number): readonly Fault[] {
  const [one, other] = at % 2 === 0 ? (['EIO', 'ENOSPC'] as const) : (['ENOSPC', 'EIO'] as const);
  const written = call === 'write' ? (['nothing', 'half', 'short'] as const)[at % 3] : 'nothing';
  return [
    { call, at, count: 1, error: 'EIO', written: 'nothing' },
    { call, at, count: 1, error: 'ENOSPC', written: 'nothing' },
    ...(call === 'write' ? [{ call, at, count: 1, error: one, written: 'half' } as const] : []),
    ...(call === 'write' ? [{ call, at, count: 1, error: one, written: 'short' } as const] : []),
    { call, at, count: 1_000_000, error: other, written: written ?? 'nothing' },
  ];
}

/** Evenly many of the calls 1 to `calls`, all of them in the full sweep. */
function someOf(calls: number, size = 1): readonly number[] {
  const stride = calls / scaled(calls * size, Math.min(calls, 8));
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  return all.filter((at) => Math.floor(at / stride) > Math.floor((at - 1) / stride));
}

const DATABASE = { file: 'hpo.db', checkpoints: false } as const;

/** Studies of one process, and the files that fail: those of a database, or folders of checkpoints. */
const STUDIES = [
  { of: 'a database', ...DATABASE, journal: 'wal', calls: ['open', 'write', 'truncate', 'sync', 'unlink'] },
  {
    of: 'a database with a rollback journal',
    ...DATABASE,
    journal: 'rollback',
    calls: ['open', 'write', 'sync', 'unlink'],
  },
  {
    of: 'checkpoints',
    file: '/checkpoints',
    checkpoints: true,
    journal: 'wal',
    calls: ['open', 'write', 'sync', 'rename', 'unlink', 'mkdir', 'rmdir'],
  },
] as const;

const EACH = STUDIES.flatMap(({ calls, of, ...kind }) => calls.map((call) => [call, of, kind] as const));

/** What fails in runs of the program: the results, and at a twentieth of the calls the database. */
const RUNS = [
  ...(['rename', 'unlink', 'rmdir', 'mkdir', 'write', 'sync', 'open'] as const).map(
    (call) => [call, 'the results', { part: '/runs', share: 1 }] as const,
  ),
  ['write', 'the database', { part: '/hpo.db', share: 1 / 20 }] as const,
];

/** The number of runs of the program at a time, which wait for each other's processes. */
const RUNS_AT_ONCE = 4;

/** The number of faults that one process goes through. */
const FAULTS_AT_ONCE = 300;

describe.skipIf(library === undefined)(`a disk that fails${library === undefined ? PRELOAD_NOTE : ''}`, () => {
  it.each(EACH)(
    'at each %s of %s in turn loses no trial, and says so in a line',
    { timeout: LIMIT },
    async (call, of, { file, journal, checkpoints }) => {
      const run = (faults: readonly Fault[]) => faultyStudies(library, file, { journal, checkpoints, faults });
      const [whole] = await run([{ call, ...NO_FAULT }]);
      const calls = whole?.calls ?? 0;
      expect(whole?.error).toBeUndefined();
      const faults = partOf(someOf(calls).flatMap((at) => faultsAt(call, at)));
      const studies: FaultyStudy[] = [];
      for (let at = 0; at < faults.length; at += FAULTS_AT_ONCE) {
        studies.push(...(await run(faults.slice(at, at + FAULTS_AT_ONCE))));
      }
      const judged = studies.map((study) => ({ study, bad: faultsOf(study, checkpoints) }));
      const count = (name: keyof ReturnType<typeof faultsOf>) => judged.filter(({ bad }) => bad[name]).length;
      addRow(TABLE, {
        'call of': of,
        call,
        calls,
        studies: studies.length,
        'went on at once': studies.filter(({ error }) => error === undefined).length,
        refused: studies.filter(({ error }) => error !== undefined).length,
        lost: count('lost'),
        doubled: count('doubled'),
        'left over': count('left over'),
        'wrong value': count('wrong value'),
        'off target': count('off target'),
        'not ok': count('not ok'),
      });
      expect(judged.filter(({ bad }) => Object.values(bad).includes(true)).map(({ study }) => study)).toEqual([]);
    },
  );

  it.each(RUNS)(
    'at %s of %s of a run with a worker ends it in a line, if at all, and the next run makes up for it',
    { timeout: LIMIT },
    async (call, of, { part, share }) => {
      const target = 20;
      const run = async (fault: Fault) => {
        const folder = tempFolder();
        const control = new IoFaultControl(join(tempFolder(), 'control'), true);
        const file = writeKnownStudy(folder, { ms: 0, retrain: true });
        const args = ['run', file, '--trials', String(target), '--workers', '1'];
        control.set(fault);
        const env = { ...faultEnvironment(library, control, folder + part), HPO_STORAGE_WAIT: '1' };
        const first = new HpoProcess(folder, args, env);
        const end = await first.ended;
        const calls = control.clear();
        control.close();
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
      const faults = partOf(someOf(whole.calls, share).flatMap((at) => faultsAt(call, at)));
      const ends = await together(faults, RUNS_AT_ONCE, run);
      const audits: readonly Audit[] = ends.map(({ audit }) => audit);
      const sums = sumUp(audits);
      addRow(TABLE, {
        'call of': `${of}, by a run`,
        call,
        calls: whole.calls,
        studies: ends.length,
        'went on at once': ends.filter(({ code }) => code === 0).length,
        refused: ends.filter(({ code }) => code !== 0).length,
        lost: sums.lost ?? 0,
        doubled: sums.doubled ?? 0,
        'left over': sums['left over'] ?? 0,
        'wrong value': sums['wrong value'] ?? 0,
        'off target': sums['off target'] ?? 0,
        'not ok': sums.locked ?? 0,
      });
      const bad = ends.map(({ fault, audit, wrong }) => ({ fault, wrong: [...wrong, ...auditFaults([audit])] }));
      expect(bad.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    },
  );
});
