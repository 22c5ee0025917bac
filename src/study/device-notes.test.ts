import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { newLease } from '../storage/lease.ts';
import { CrewHolder } from './crew.ts';
import { deviceNotes } from './device-notes.ts';

function ranOn(number: number, device: string | undefined) {
  const holder = new CrewHolder({ id: 'a', graceMs: 1000, process: 'p' });
  holder.crew = { workers: 1, device };
  return frozenTrial(number, { systemAttrs: newLease(holder, 1) });
}

const fused = 'WebAssembly with FMA on one CPU thread';
const plain = 'WebAssembly on one CPU thread';

it('names the trials that ran on another device', () => {
  expect(deviceNotes(fused, [ranOn(0, plain), ranOn(1, fused)])).toEqual([
    "trial 0 ran on 'WebAssembly on one CPU thread' and this run computes on 'WebAssembly with FMA on one CPU thread': the same parameters may give slightly other values",
  ]);
  const [note] = deviceNotes(plain, [ranOn(0, plain), ranOn(3, fused), ranOn(4, fused)]);
  expect(note).toMatch(/^2 trials \(trial 3 first\) ran on 'WebAssembly with FMA on one CPU thread' and this run /);
});

it('says nothing where the device is the same or unknown', () => {
  const long = 'x'.repeat(1000); // as stored, it is cut
  expect(deviceNotes(long, [ranOn(0, long), ranOn(1, undefined), frozenTrial(2)])).toEqual([]);
  expect(deviceNotes(undefined, [ranOn(0, plain)])).toEqual([]);
});
