import { expect, it } from 'vitest';
import { hasPassword, trialEnvironment, withoutPassword } from './url-password.ts';

it.each([
  ['postgresql://ada:pw@h:5432/d?sslmode=require', 'postgresql://ada@h:5432/d?sslmode=require'],
  ['postgres+psycopg://ada:p@/?#:w@h/d', 'postgres+psycopg://ada@h/d'],
  ['postgresql://ada:p\nw@h/d', 'postgresql://ada@h/d'],
  ['postgresql://:pw@h', 'postgresql://@h'],
  ['postgresql://h/d?password=pw', 'postgresql://h/d'],
  ['postgresql://ada:pw@h/d?a=b&password=pw&sslpassword=pw&c=d', 'postgresql://ada@h/d?a=b&c=d'],
  ['mysql://ada:pw@h/d', 'mysql://ada@h/d'],
])('%j holds a password', (url, without) => {
  expect(hasPassword(url)).toBe(true);
  expect(withoutPassword(url)).toBe(without);
  expect(hasPassword(without)).toBe(false);
});

it.each([
  'postgresql://h:5432/d?options=a&&b',
  'postgresql://ada@h/d?',
  'postgresql://ada:@h',
  'postgresql://[::1]:5432/d',
  'postgresql:///password=',
  'sqlite:///ada:pw@h?password=pw',
  'C:\\ada:pw@h.db',
  'a:pw@h.db',
  'memory:',
  '',
])('%j holds none', (url) => {
  expect(hasPassword(url)).toBe(false);
  expect(withoutPassword(url)).toBe(url);
});

it('is in no environment of a trial', () => {
  const env = { A: 'b', PGPASSWORD: 'x' };
  expect(trialEnvironment(env)).toEqual(env);
  expect(trialEnvironment({ ...env, HPO_STORAGE: 'postgresql://ada:pw@h' })).toEqual({
    ...env,
    HPO_STORAGE: 'postgresql://ada@h',
  });
});
