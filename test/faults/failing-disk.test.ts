import { expect, it } from 'vitest';
import { faultsOf, faultyStudies } from '../support/faulty-studies.ts';
import type { Fault } from '../support/io-fault-control.ts';
import { PRELOAD_NOTE, preload } from '../support/preload/preload.ts';

const library = preload('io-fault');
const note = library === undefined ? PRELOAD_NOTE : '';

it.skipIf(library === undefined)(`a disk that removes no checkpoints ends no search${note}`, async () => {
  const fault = (call: Fault['call'], at: number, count: number): Fault => {
    return { call, at, count, error: 'EIO', written: 'nothing' };
  };
  const faults = [fault('rmdir', 2, 1), fault('unlink', 4, 1), fault('rmdir', 5, 10_000), fault('unlink', 12, 10_000)];
  const studies = await faultyStudies(library, '/checkpoints', { journal: 'wal', checkpoints: true, faults });
  const bad = studies.filter((study) => Object.values(faultsOf(study, true)).includes(true));
  expect(bad).toEqual([]);
});
