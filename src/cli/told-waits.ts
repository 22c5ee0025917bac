import type { Waiting } from '../storage/waiting.ts';
import { printLine } from './print.ts';

/** How a command waits for a storage that another program has locked: for 30 s, and it says so. */
export const toldWaits: Waiting = { onNotice: (line) => printLine(`hpo: ${line}`, process.stderr) };
