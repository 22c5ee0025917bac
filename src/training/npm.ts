import { ProgramFailed, type ProgramOptions, runProgram } from './program.ts';

/**
 * Runs the user's npm, with the configuration of the working directory (registry, credentials, proxy).
 *
 * @returns its standard output, trimmed.
 * @throws an Error whose message is npm's own complaint in one line.
 */
export async function npm(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  try {
    return await runProgram('npm', args, options);
  } catch (reason) {
    if (!(reason instanceof ProgramFailed)) throw reason;
    throw new Error(`npm ${args[0]} failed: ${complaint(reason)}`, { cause: reason });
  }
}

/** The error of a package's install script where there is one, or else npm's own last meaningful line. */
function complaint({ stderr, message }: ProgramFailed): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const thrown = lines.findLast((line) => /^\w*Error: /.test(line));
  if (thrown) return thrown.replace(/^Error: /, '');
  const own = lines.flatMap((line) => /^npm (?:ERR!|error) (.+)/.exec(line)?.[1] ?? []);
  return own.findLast((line) => !/^(code|path|command|A complete log) /.test(line)) ?? message;
}
