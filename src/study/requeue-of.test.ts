import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { checkpointsAttr } from './checkpoints/kept-checkpoints.ts';
import { requeueOf } from './requeue-of.ts';
import { CHECKPOINTS_KEY } from './study-keys.ts';

const named = (step: number) => checkpointsAttr({ place: '', last: { step, trial: 0, attempt: 1 }, isToStay: false });
const trial = frozenTrial(0, { state: 'RUNNING', systemAttrs: named(5) });

it('a trial goes back to its last checkpoint, with attributes that are stored beside', () => {
  expect(requeueOf(trial, { 'hpo:attempt': 2 })).toEqual({
    keepReportsTo: 5,
    systemAttrs: { ...named(5), 'hpo:attempt': 2 },
  });
});

it('other checkpoints than the trial has take their place, and none where the last one is gone', () => {
  expect(requeueOf(trial, named(3))).toEqual({ keepReportsTo: 3, systemAttrs: named(3) });
  const none = { [CHECKPOINTS_KEY]: null };
  expect(requeueOf(trial, none)).toEqual({ keepReportsTo: null, systemAttrs: none });
  expect(requeueOf(frozenTrial(0), {})).toEqual({ keepReportsTo: null, systemAttrs: none });
});
