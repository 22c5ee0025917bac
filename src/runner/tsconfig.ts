import { resolve } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { HpoError } from '../base/errors.ts';
import { addonProblem } from '../base/native-addon.ts';
import { shortPath } from './short-path.ts';

/** The tsconfig.json by which this process compiles TypeScript, as bin/typescript.js has left it. */
interface Tsconfig {
  /** An absolute path; undefined where there is none. */
  readonly path: string | undefined;
  /** The reason why it is not in force; undefined where it is. */
  readonly problem: string | undefined;
}

/**
 * Refuses a tsconfig.json that is broken, or extends one that is broken or missing: its readers would leave out the
 * parts that they do not understand, and the study would be compiled in another way than its author expects.
 *
 * @throws HpoError HPO_STUDY_FILE in one line that names the file and the place in it, HPO_INSTALLATION where there is
 *   no compiler for this machine.
 */
export async function checkTsconfig(): Promise<void> {
  const { path, problem } = ((globalThis as Record<symbol, unknown>)[Symbol.for('hpo.tsconfig')] ?? {}) as Tsconfig;
  if (path === undefined) return;
  const found = (await problemIn(path)) ?? (problem && `${shortPath(path)}: ${problem}`);
  if (found === undefined) return;
  throw new HpoError('HPO_STUDY_FILE', `${found}; mend it, or name another file by TSX_TSCONFIG_PATH.`, {
    data: { file: path },
  });
}

/** The first mistake in the file or in those that it extends, with its place, as the compiler finds it. */
async function problemIn(path: string): Promise<string | undefined> {
  const { buildSync } = await import('esbuild');
  const nothing = { contents: '', loader: 'ts' } as const;
  let found: Message | undefined;
  try {
    const { warnings } = buildSync({ stdin: nothing, tsconfig: path, write: false, logLevel: 'silent' });
    found = warnings.find(({ text }) => /base config/i.test(text)); // missing, or extending each other in a circle
  } catch (failure) {
    found = (failure as Partial<BuildFailure>).errors?.[0];
    if (found === undefined) throw addonProblem('esbuild', failure) ?? failure;
  }
  if (found === undefined) return undefined;
  const { file = path, line = 1, column = 0 } = found.location ?? {};
  return `${shortPath(resolve(file))}:${line}:${column}: ${found.text}`;
}
