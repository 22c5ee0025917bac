/** A character that no argument of a program can have. */
const GUARD = '\0';

/**
 * A command line in which the words behind `--` are arguments of the command, even if they begin with a hyphen: yargs
 * itself passes them to no command. Such words are guarded; {@link operand} takes the guard off.
 */
export function guardOperands(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--');
  if (at < 0) return args;
  const operands = args.slice(at + 1).map((word) => (word.startsWith('-') ? GUARD + word : word));
  return [...args.slice(0, at), ...operands];
}

/** A word, or words in a message, as they were before {@link guardOperands}; any other value is returned as it is. */
export function operand<T>(value: T): T | string {
  return typeof value === 'string' ? value.replaceAll(GUARD, '') : value;
}
