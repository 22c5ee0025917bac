import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditStudy, faultsOf } from '../support/audit.ts';
import { faultEnvironment } from '../support/faulty-studies.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { type Fault, IoFaultControl } from '../support/io-fault-control.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { tempFolder } from '../support/temp-folder.ts';

const library = preload('io-fault');
const note = library === undefined ? PRELOAD_NOTE : '';

const FOR_GOOD = { at: 1, count: 10_000, error: 'EIO', written: 'nothing' } as const;

it.skipIf(library === undefined).each<[problem: string, part: string, Fault, end: object]>([
  ['removes no files, which costs no result', '/runs', { ...FOR_GOOD, call: 'unlink' }, { code: 0, stderr: '' }],
  [
    'does not take what a retraining writes, which is said in a line',
    '/folder/last.txt',
    { ...FOR_GOOD, call: 'write' },
    { code: 1, stderr: expect.stringMatching(/^hpo: [^\n]*i\/o error, write\n$/) },
  ],
  [
    'does not take the result of a retraining, which is said in a line',
    '/runs/study/retrain',
    { ...FOR_GOOD, call: 'rename', at: 2 },
    { code: 1, stderr: expect.stringMatching(/^hpo: [^\n]*retrain cannot be written: the disk of [^\n]*\n$/) },
  ],
])(`a disk that %s${note}`, async (_problem, part, fault, end) => {
  const folder = tempFolder();
  const control = new IoFaultControl(join(tempFolder(), 'control'), true);
  const args = ['run', writeKnownStudy(folder, { ms: 0, retrain: true }), '--trials', '2', '--workers', '1'];
  control.set(fault);
  const first = new HpoProcess(folder, args, faultEnvironment(library, control, part));
  expect(await first.ended).toEqual(end);
  expect(control.clear()).toBeGreaterThan(0);
  control.close();
  const second = new HpoProcess(folder, args);
  expect(await second.ended).toEqual({ code: 0, stderr: '' });
  expect(faultsOf([await auditStudy(folder, { runs: [first, second], target: 2, retrained: true })])).toEqual([]);
});
