import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernels } from '../../../../scripts/compile-kernels.ts';

test('the committed kernels are those that their sources compile to', async () => {
  const committed = await readFile(new URL('module-bytes.ts', import.meta.url), 'utf8');
  expect(await compileKernels(), 'run `npm run build:kernels`').toBe(committed);
});
