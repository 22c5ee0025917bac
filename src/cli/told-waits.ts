import type { Waiting } from '../storage/waiting.ts';

/** How a command waits for a storage that another program has locked: for 30 s, and it says so. */
export const toldWaits: Waiting = { onNotice: (line) => process.stderr.write(`hpo: ${line}\n`) };
