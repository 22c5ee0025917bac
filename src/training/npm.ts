import { complaintOf } from './installer-complaint.ts';
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
    throw new Error(`npm ${args[0]} failed: ${complaintOf(reason)}`, { cause: reason });
  }
}
