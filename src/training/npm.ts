import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs the user's npm, with the configuration that holds in the working directory (registry, credentials, proxy).
 *
 * @returns what it wrote to standard output, trimmed.
 * @throws an Error whose message is npm's own complaint in one line.
 */
export async function npm(args: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<string> {
  const isWindows = process.platform === 'win32'; // where npm is a script that only a shell can start
  try {
    const limits = { maxBuffer: 64 * 2 ** 20, shell: isWindows, ...(options.signal && { signal: options.signal }) };
    const { stdout } = await promisify(execFile)('npm', [...args], limits);
    return stdout.trim();
  } catch (reason) {
    options.signal?.throwIfAborted();
    throw new Error(`npm ${args[0]} failed: ${complaint(reason as Error & { stderr?: string })}`, { cause: reason });
  }
}

/** The error of a package's install script where there is one, else npm's own last line that says something. */
function complaint(reason: Error & { stderr?: string }): string {
  const lines = (reason.stderr ?? '').split('\n').map((line) => line.trim());
  const thrown = lines.findLast((line) => /^\w*Error: /.test(line));
  if (thrown) return thrown.replace(/^Error: /, '');
  const own = lines.flatMap((line) => /^npm (?:ERR!|error) (.+)/.exec(line)?.[1] ?? []);
  return own.findLast((line) => !/^(code|path|command|A complete log) /.test(line)) ?? firstLine(reason.message);
}

const firstLine = (text: string): string => text.split('\n')[0] as string;
