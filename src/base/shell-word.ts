/** A text as one word for a POSIX shell. @param plain the texts that stand as they are; all others are quoted. */
export function shellWord(text: string, plain: RegExp): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
