import { visible, visibleLines } from '../text/foreign-text.ts';

/**
 * Prints data: as it is for a program that reads it, and visibly on a terminal (see `src/text/foreign-text.ts`).
 * JSON and YAML say the same either way, since they know the escapes.
 */
export function printData(text: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
}

/** Prints a line for people. */
export function printLine(line: string, output: NodeJS.WritableStream = process.stdout): void {
  output.write(`${visible(line)}\n`);
}

/** Prints text for people with its own line breaks, such as a stack trace. */
export function printText(text: string, output: NodeJS.WritableStream = process.stdout): void {
  output.write(visibleLines(text));
}
