import { beforeEach, describe, expect, it } from 'vitest';
import { StopSwitch } from './stop-switch.ts';

let stop: StopSwitch;
let heard: string[];
beforeEach(() => {
  stop = new StopSwitch();
  heard = [];
});

const state = () => `${stop.draining ? 'draining' : 'going'}${stop.aborted ? ', aborted' : ''}`;
const onDrain = () => void heard.push(`drain: ${state()}`);
const onAbort = () => void heard.push(`abort: ${state()}`);

it('goes until it is drained, and running trials finish until it is aborted', () => {
  expect(state()).toBe('going');
  stop.drain();
  expect(state()).toBe('draining');
  stop.abort();
  expect(state()).toBe('draining, aborted');
});

it('cannot be set back', () => {
  stop.abort();
  stop.drain();
  expect(state()).toBe('draining, aborted');
});

describe('its listeners', () => {
  it('are called once, however often it is set', () => {
    stop.onDrain(onDrain);
    stop.onAbort(onAbort);
    for (const how of ['drain', 'drain', 'abort', 'abort', 'drain'] as const) stop[how]();
    expect(heard).toEqual(['drain: draining', 'abort: draining, aborted']);
  });

  it('hear of the drain first where it is aborted at once', () => {
    stop.onAbort(onAbort);
    stop.onDrain(onDrain);
    stop.abort();
    expect(heard).toEqual(['drain: draining', 'abort: draining, aborted']);
  });

  it('are called at once where it is set already', () => {
    stop.drain();
    stop.onAbort(onAbort);
    stop.onDrain(onDrain);
    expect(heard).toEqual(['drain: draining']);
    stop.abort();
    stop.onDrain(onDrain);
    stop.onAbort(onAbort);
    expect(heard.slice(1)).toEqual([
      'abort: draining, aborted',
      'drain: draining, aborted',
      'abort: draining, aborted',
    ]);
  });

  it('are not called once they are taken off', () => {
    stop.onDrain(onDrain);
    stop.onAbort(onAbort);
    stop.offDrain(onDrain);
    stop.offAbort(onAbort);
    stop.abort();
    expect(heard).toEqual([]);
  });
});
