import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Has Dawn be created with other flags than hpo gives it. Call it before the backend is loaded. */
export function changeDawnFlags(change: (flags: readonly string[]) => readonly string[]): void {
  const folder = dirname(fileURLToPath(import.meta.resolve('webgpu')));
  const addon = join(folder, 'dist', `${process.platform}-${process.arch}`, 'dawn.node');
  const dawn = createRequire(import.meta.url)(addon) as { create(flags: readonly string[]): GPU };
  const { create } = dawn;
  dawn.create = (flags) => create(change(flags));
}
