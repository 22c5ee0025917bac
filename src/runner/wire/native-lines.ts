/**
 * The mark that a worker writes to stdout and stderr before the output of native libraries; {@link NATIVE_ENDS} follows
 * that output.
 */
export const NATIVE_BEGINS = '\u0000hpo native begins\u0000';
export const NATIVE_ENDS = '\u0000hpo native ends\u0000';

/** Separates the lines of a worker's stream that native libraries wrote while they were loaded from the study's own. */
export class NativeLines {
  #isNative = false;

  /** Takes the stream's next line. @returns undefined for a line that is only a mark. */
  take(line: string): { readonly text: string; readonly isNative: boolean } | undefined {
    const isNative = this.#isNative;
    const mark = [NATIVE_BEGINS, NATIVE_ENDS].find((known) => line.endsWith(known));
    if (mark === undefined) return { text: line, isNative };
    this.#isNative = mark === NATIVE_BEGINS;
    const text = line.slice(0, -mark.length); // the text before a mark may lack its newline
    return text === '' ? undefined : { text, isNative };
  }
}
