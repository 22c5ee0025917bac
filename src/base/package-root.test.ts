import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CODE_ROOT, IS_SOURCE, PACKAGE_ROOT } from './package-root.ts';

it('finds the package and its code from where this module stands', () => {
  expect(IS_SOURCE).toBe(true);
  expect(existsSync(new URL('bin/hpo.js', PACKAGE_ROOT))).toBe(true);
  expect(existsSync(new URL('base/package-root.ts', CODE_ROOT))).toBe(true);
});
