import type { Waiting } from '../storage/waiting.ts';
import { printLine } from './print.ts';

/** The wait of commands for a storage that another program has locked: 30 s at most, announced on stderr. */
export const announcedWaiting: Waiting = { onNotice: (line) => printLine(`hpo: ${line}`, process.stderr) };
