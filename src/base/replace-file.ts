import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { removeUnusedSync } from './remove-unused.ts';

/**
 * Writes a file so that a reader sees the old one or the new one, never half of it, after a power loss, too. A failure
 * leaves nothing behind.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    removeUnusedSync(temporary);
    throw error;
  }
}
