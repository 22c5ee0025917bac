import { expect, it } from 'vitest';
import type { RunEvent } from '../../study/run-event.ts';
import { LeakWarning } from './leak-warning.ts';

it('warns once in a run, of the first leak that a worker has found', () => {
  const events: RunEvent[] = [];
  const warning = new LeakWarning((event) => void events.push(event));
  warning.take(undefined);
  expect(events).toEqual([]);
  warning.take({ trials: 3, left: { tensors: 12, bytes: 2_400_000 } });
  warning.take({ trials: 4, left: { tensors: 16, bytes: 3_200_000 } });
  const message = expect.stringContaining(': 3 trials of one worker left 12 behind (2.4 MB). ');
  expect(events).toEqual([{ type: 'warning', message }]);
});
