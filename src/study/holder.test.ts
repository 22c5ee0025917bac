import { afterEach, expect, it, vi } from 'vitest';
import { parseIdentity, vitality } from '../machine/process-identity.ts';
import { newHolder } from './holder.ts';

afterEach(() => vi.unstubAllEnvs());

it('is a new one each time, of this process, with two minutes of grace', () => {
  const [one, two] = [newHolder(), newHolder()];
  expect(one.id).not.toBe(two.id);
  expect(one.graceMs).toBe(120_000);
  const identity = parseIdentity(one.process);
  expect(identity?.pid).toBe(process.pid);
  expect(identity && vitality(identity)).toBe('alive');
});

it.each(['abc', '0', '-3', '0.5', 'Infinity', 'NaN', '2s', '86401'])(
  'refuses HPO_GRACE=%s in a line that names it',
  (given) => {
    vi.stubEnv('HPO_GRACE', given);
    const problem = `HPO_GRACE is '${given}'; give a number of seconds from 1 to 86400.`;
    expect(newHolder).toThrow(expect.objectContaining({ code: 'HPO_INVALID_ARGUMENT', message: problem }));
  },
);

it('takes the grace time from HPO_GRACE, where it is not empty', () => {
  vi.stubEnv('HPO_GRACE', '2.5');
  expect(newHolder().graceMs).toBe(2_500);
  vi.stubEnv('HPO_GRACE', '');
  expect(newHolder().graceMs).toBe(120_000);
});
