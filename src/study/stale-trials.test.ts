import { expect, it } from 'vitest';
import { leasedTrial } from '../../test/support/leased-trial.ts';
import { staleTrials } from './stale-trials.ts';

const record = { id: 1, token: 't', name: 'a', directions: ['minimize'], userAttrs: {}, systemAttrs: {} } as const;
const on = (host: string, number: number) => leasedTrial(number, { process: { host } });

it('names a trial of another machine, and thousands of them in one line', () => {
  expect(staleTrials(record, [on('ada', 4)])).toEqual([
    {
      kind: 'distant-trial',
      level: 'note',
      study: 'a',
      message:
        "Trial 4 of 'a' is run by process 4711 on ada, which is not a process of this machine: a run takes it back if its lease is not renewed for 120 s.",
      isMendable: false,
      advice: 'hpo dashboard a shows which of them give signs of life',
    },
  ]);
  const many = Array.from({ length: 2000 }, (_, number) => on(`node-${number % 7}`, number));
  expect(staleTrials(record, many).map(({ message }) => message)).toEqual([
    "2000 trials of 'a' are run by processes that this machine cannot see, on 7 hosts (node-0, node-1, node-2, node-3, node-4 and 2 more): a run takes each back if its lease is not renewed for 120 s.",
  ]);
});
