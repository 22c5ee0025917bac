import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditStudy, faultsOf } from '../support/audit.ts';
import { faultEnvironment } from '../support/faulty-studies.ts';
import { IoFaultControl } from '../support/io-fault-control.ts';
import { writeKnownStudy } from '../support/known-study.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { HpoProcess } from './hpo-process.ts';

const library = preload('io-fault');
const note = library === undefined ? PRELOAD_NOTE : '';

it.skipIf(library === undefined)(`a disk that removes no files costs no result${note}`, async () => {
  const folder = tempFolder();
  const control = new IoFaultControl(join(tempFolder(), 'control'), true);
  const args = ['run', writeKnownStudy(folder, { ms: 0, retrain: true }), '--trials', '2', '--workers', '1'];
  control.set({ call: 'unlink', at: 1, count: 10_000, error: 'EIO', written: 'nothing' });
  const first = new HpoProcess(folder, args, faultEnvironment(library, control, `${folder}/runs`));
  expect(await first.ended).toEqual({ code: 0, stderr: '' });
  expect(control.clear()).toBeGreaterThan(1);
  control.close();
  const second = new HpoProcess(folder, args);
  expect(await second.ended).toEqual({ code: 0, stderr: '' });
  expect(faultsOf([await auditStudy(folder, { runs: [first, second], target: 2, retrained: true })])).toEqual([]);
});
