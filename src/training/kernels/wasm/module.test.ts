import { readFile } from 'node:fs/promises';
import { expect, expectTypeOf, test } from 'vitest';
import { compileKernels } from '../../../../scripts/compile-kernels.ts';
import type { SimdKernels } from './module-exports.ts';

test('the committed module and its functions are those that the sources compile to', async () => {
  for (const [name, text] of Object.entries(await compileKernels())) {
    const committed = await readFile(new URL(name, import.meta.url), 'utf8');
    expect(text, `${name}: run \`npm run build:kernels\``).toBe(committed);
  }
});

test('a kernel takes its arguments by their names', () => {
  expectTypeOf<SimdKernels['matMulScratch']>().parameters.toEqualTypeOf<
    [{ readonly rows: number; readonly depth: number; readonly columns: number; readonly isFirstTransposed: boolean }]
  >();
});
