import { visible, visibleLines } from '../text/foreign-text.ts';

/**
 * Prints data: as they are for a program that reads them, and with hidden characters escaped on a terminal (see
 * `src/text/foreign-text.ts`). JSON and YAML mean the same either way, since they have such escapes.
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
