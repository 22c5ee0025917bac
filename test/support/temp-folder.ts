import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed after the file's last test (tests of one file may run at the same time). */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-test-'));
  made.push(folder);
  return folder;
}
