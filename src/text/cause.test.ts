import fc from 'fast-check';
import { expect, it } from 'vitest';
import { causeLine } from './cause.ts';

it('is a one-line message unchanged', () => {
  expect(causeLine({ name: 'TimeLimit', message: 'It took too long.' })).toBe('TimeLimit: It took too long.');
});

it('adds the last words after a colon', () => {
  const message = '`python t.py` exited with code 2:\nTraceback:\n  File "t.py"\n\nValueError: x is bad\n';
  expect(causeLine({ name: 'CommandFailed', message })).toBe(
    'CommandFailed: `python t.py` exited with code 2: Traceback: | File "t.py" | ValueError: x is bad',
  );
});

it('keeps the beginning and the end of a long one', () => {
  const message = `exited with code 2:\n${'at some line\n'.repeat(100)}ValueError: x is bad`;
  const cause = causeLine({ name: 'CommandFailed', message });
  expect(cause).toHaveLength(400);
  expect(cause).toMatch(/^CommandFailed: exited with code 2: …/);
  expect(cause).toMatch(/at some line \| ValueError: x is bad$/);
});

it('is never longer, or more than a line', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 900 }), fc.array(fc.string({ maxLength: 300 })), (name, lines) => {
      const cause = causeLine({ name, message: lines.join('\n') });
      expect(cause.length).toBeLessThanOrEqual(400);
      expect(cause).not.toContain('\n');
    }),
  );
});
