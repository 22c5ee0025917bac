import type { Waiting } from '../storage/waiting.ts';
import { printLine } from './print.ts';

/** The way in which commands wait for a storage that another program has locked: for 30 s, announced on stderr. */
export const announcedWaiting: Waiting = { onNotice: (line) => printLine(`hpo: ${line}`, process.stderr) };
