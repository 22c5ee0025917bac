import { expect, it } from 'vitest';
import type { RunEvent } from '../../study/run-event.ts';
import { StudyListener } from './study-listener.ts';

const warning = (message: string): RunEvent => ({ type: 'warning', message });

it('shows the events in order, one after the other, and waits for the last', async () => {
  const shown: string[] = [];
  const heard: string[] = [];
  const listener = new StudyListener(
    (event) => void shown.push(event.type === 'warning' ? event.message : ''),
    async (event) => {
      const { message } = event as Extract<RunEvent, { type: 'warning' }>;
      heard.push(`${message} begins`);
      await Promise.resolve();
      heard.push(`${message} ends`);
    },
  );
  for (const message of ['a', 'b']) void listener.emit(warning(message));
  expect(shown).toEqual(['a', 'b']); // the run does not wait
  await listener.finish();
  expect(heard).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('no network');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('no network');
    },
  ],
  [
    'throws what is no error',
    () => {
      throw 'no network';
    },
  ],
])('a listener that %s costs one warning, and hears no more', async (_, fails) => {
  const shown: RunEvent[] = [];
  let heard = 0;
  const listener = new StudyListener(
    (event) => void shown.push(event),
    () => {
      heard++;
      return fails();
    },
  );
  for (let count = 0; count < 3; count++) void listener.emit(warning('hello'));
  await listener.finish();
  void listener.emit(warning('hello'));
  await listener.finish();
  expect(heard).toBe(1);
  const problem = "the study's onEvent failed, and is not called any more: no network";
  expect(shown.filter((event) => event.type === 'warning' && event.message !== 'hello')).toEqual([warning(problem)]);
  expect(shown).toHaveLength(5);
});

it('senders that can wait do, while a listener is a thousand events behind', async () => {
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const listener = new StudyListener(
    () => undefined,
    () => gate,
  );
  const answers = Array.from({ length: 1001 }, () => listener.emit(warning('hello')));
  expect(answers.findIndex((answer) => answer !== undefined)).toBe(1000);
  goOn();
  await answers[1000];
  await listener.finish();
});
