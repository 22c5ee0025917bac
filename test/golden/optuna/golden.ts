import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parsePythonJson } from '../../../src/base/json.ts';

/** The numbers in one of the files that `make_golden.py` wrote. */
export function golden<T>(name: string): T {
  return parsePythonJson(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

/** Fails unless `actual` is the `expected` number to a relative 1e-9 (an absolute 1e-12 near 0). */
export function expectClose(actual: number, expected: number, what: unknown): void {
  const close = actual === expected || Math.abs(actual - expected) <= 1e-9 * Math.max(Math.abs(expected), 1e-3);
  expect(close, `${JSON.stringify(what)}: ${actual}, expected ${expected}`).toBe(true);
}

/** Fails unless each item of a list is close to the expected one. */
export function expectAllClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: unknown): void {
  expect(actual.length, `${JSON.stringify(what)}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expectClose(actual[i] as number, expected[i] as number, [what, i]);
}
