import { expect, it } from 'vitest';
import { heldLease, newLease, renewedLease } from '../storage/lease.ts';
import { CrewHolder, crewOf } from './crew.ts';

const held = (attrs: ReturnType<typeof newLease>) => heldLease(attrs) ?? { about: 'no lease' };

it('stands in the leases that begin once it is known, and stays there when they are renewed', () => {
  const holder = new CrewHolder({ id: 'a', graceMs: 1000, process: 'p' });
  expect(newLease(holder, 1)).toEqual({
    'hpo:lease': { holder: 'a', attempt: 1, counter: 0, graceMs: 1000, process: 'p' },
  });
  holder.crew = { device: 'x'.repeat(1000) };
  expect(crewOf(held(newLease(holder, 1)).about)).toBeUndefined();
  holder.crew = { ...holder.crew, workers: 8 };
  const lease = heldLease(newLease(holder, 2));
  expect(crewOf(lease?.about)).toEqual({ workers: 8, device: 'x'.repeat(80) });
  const renewed = lease && heldLease(renewedLease(lease));
  expect(renewed).toEqual({ ...lease, counter: 1 });
});

it('is none where anybody has written something else', () => {
  for (const about of [undefined, null, 'x', [], {}, { workers: 0 }, { workers: 1.5 }, { workers: '2' }]) {
    expect(crewOf(about)).toBeUndefined();
  }
  expect(crewOf({ workers: 2, device: 7 })).toEqual({ workers: 2 });
});
