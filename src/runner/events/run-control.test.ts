import { beforeEach, describe, expect, it } from 'vitest';
import type { RunOrder } from '../../study/run-event.ts';
import { RunControl } from './run-control.ts';
import { StopSwitch } from './stop-switch.ts';

let control: RunControl;
let orders: RunOrder[];
beforeEach(() => {
  control = new RunControl();
  orders = [];
  control.onOrder((order) => void orders.push(order));
});

it('is stopped by the switch that it is given', () => {
  const stop = new StopSwitch();
  expect(new RunControl(stop).stop).toBe(stop);
});

it('announces a pause and its end, each once', () => {
  expect(control.paused).toBe(false);
  control.pause(false);
  for (const paused of [true, true, false]) {
    control.pause(paused);
    expect(control.paused).toBe(paused);
  }
  expect(orders).toEqual([
    { type: 'paused', paused: true },
    { type: 'paused', paused: false },
  ]);
});

it('announces a new number of trials, which stands from then on', () => {
  expect(control.target).toBeUndefined();
  control.setTarget(40);
  control.setTarget(20);
  expect(control.target).toBe(20);
  expect(orders).toEqual([
    { type: 'target-changed', target: 40 },
    { type: 'target-changed', target: 20 },
  ]);
});

it('orders the end of each trial once, and of no other one', () => {
  for (const trial of [0, 7, 0]) control.prune(trial);
  expect([0, 1, 7].map((trial) => control.isToPrune(trial))).toEqual([true, false, true]);
  expect(orders).toEqual([
    { type: 'prune-asked', trial: 0 },
    { type: 'prune-asked', trial: 7 },
  ]);
});

it('has obeyed an order when it announces it', () => {
  const seen: unknown[] = [];
  control.onOrder(() => void seen.push([control.paused, control.target, control.isToPrune(3)]));
  control.pause(true);
  control.setTarget(5);
  control.prune(3);
  expect(seen).toEqual([
    [true, undefined, false],
    [true, 5, false],
    [true, 5, true],
  ]);
});

it('announces to every listener until it is taken off', () => {
  const others: RunOrder[] = [];
  const off = control.onOrder((order) => void others.push(order));
  control.setTarget(1);
  off();
  control.setTarget(2);
  expect(orders.length).toBe(2);
  expect(others).toEqual([{ type: 'target-changed', target: 1 }]);
});

describe('writing the best configuration', () => {
  it('does nothing before the run has begun', async () => {
    await expect(control.writeBest()).resolves.toBeUndefined();
  });

  it('lasts until it is written, and fails as that does', async () => {
    const written: string[] = [];
    control.onWriteBest(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      written.push('best');
    });
    await control.writeBest();
    expect(written).toEqual(['best']);
    control.onWriteBest(() => Promise.reject(new Error('no space')));
    await expect(control.writeBest()).rejects.toThrow('no space');
  });
});
